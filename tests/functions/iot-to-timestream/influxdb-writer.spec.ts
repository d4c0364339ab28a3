import * as assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { RefusedLine } from "../../../functions/iot-to-timestream/influxdb-responses";
import {
  createHandler,
  readSettings,
  type Ports,
} from "../../../functions/iot-to-timestream/influxdb-writer";
import type { QuarantineEntry } from "../../../functions/shared/quarantine";
import { startInfluxdb, type InfluxdbDouble } from "../../../local/doubles/influxdb";
import { envelopeOf, kinesisEvent, readingOf, receivedAt, sequence } from "../../support/events";
import { useAws } from "../aws";
import { logged } from "../logged";

const settings = {
  ...{ url: "unused", version: "v3" as const, database: "iot", organization: "" },
  ...{ secretArn: "unused", table: "telemetry", quarantineQueueUrl: "unused" },
};

/** A database that takes all lines and a quarantine that takes everything, unless changed. */
function ports(changes: Partial<Ports> = {}) {
  const requests: string[][] = [];
  const entries: QuarantineEntry[] = [];
  return {
    requests,
    entries,
    write: async (lines: readonly string[]): Promise<RefusedLine[]> => {
      requests.push([...lines]);
      return [];
    },
    quarantine: async (given: QuarantineEntry[]) => {
      entries.push(...given);
      return [];
    },
    ...changes,
  };
}

const handle = (given: Ports, ...data: (string | Uint8Array)[]) =>
  logged(() => createHandler(settings, given)(kinesisEvent(...data)));
const reading = (temperature: number, deviceId = "pump-7") =>
  envelopeOf(readingOf({ deviceId, temperature }), { deviceId });
const nothingFailed = { batchItemFailures: [] };
const failing = (nth: number) => ({ batchItemFailures: [{ itemIdentifier: sequence(nth) }] });

describe("The InfluxDB writer of iot-to-timestream", () => {
  it("writes all readings of a batch in one request, in any order, repetitions included", async () => {
    const given = ports();
    const late = envelopeOf(readingOf({ timestamp: receivedAt - 60_000 }));
    const { answer, counts } = await handle(given, reading(1), late, reading(1), reading(2));
    assert.deepEqual(answer, nothingFailed);
    assert.deepEqual(
      given.requests.map(({ length }) => length),
      [4],
    );
    const [first, , repeated] = given.requests[0] ?? [];
    assert.equal(repeated, first);
    assert.deepEqual(counts, { Received: 4, Stored: 4, Quarantined: 0, Failed: 0 });
  });

  it("writes at most 5,000 lines per request", async () => {
    const given = ports();
    const times = Array.from({ length: 5001 }, (_, nth) => receivedAt - nth);
    await handle(given, ...times.map((timestamp) => envelopeOf(readingOf({ timestamp }))));
    assert.deepEqual(
      given.requests.map(({ length }) => length),
      [5000, 1],
    );
  });

  it("writes nothing for a batch without a valid reading, and quarantines it", async () => {
    const given = ports();
    const { answer, counts } = await handle(given, envelopeOf({}), Buffer.from([0xff]));
    assert.deepEqual(answer, nothingFailed);
    assert.deepEqual(given.requests, []);
    assert.deepEqual(
      given.entries.map(({ reason }) => reason),
      ["missing-field", "not-an-envelope"],
    );
    assert.deepEqual(counts, { Received: 2, Stored: 0, Quarantined: 2, Failed: 0 });
  });

  it("quarantines exactly the refused readings, with their bytes and InfluxDB's words", async () => {
    const given = ports({ write: async () => [{ index: 1, reason: "invalid column type" }] });
    const { answer, counts } = await handle(given, envelopeOf({}), reading(1), reading(2));
    assert.deepEqual(answer, nothingFailed);
    assert.deepEqual(given.entries.slice(1), [
      {
        reason: "refused-by-store",
        detail: "InfluxDB refused the reading: invalid column type",
        ...(JSON.parse(reading(2)) as object),
      },
    ]);
    assert.deepEqual(counts, { Received: 3, Stored: 1, Quarantined: 2, Failed: 0 });
  });

  it("returns the first reading of a request that failed, and names the error", async () => {
    const given = ports({ write: () => Promise.reject(new Error("503 the buffer is full")) });
    const { answer, counts, lines } = await handle(given, envelopeOf({}), reading(1), reading(2));
    assert.deepEqual(answer, failing(2));
    assert.deepEqual(counts, { Received: 3, Stored: 0, Quarantined: 1, Failed: 2 });
    assert.deepEqual(
      lines.find(({ level }) => level === "error"),
      {
        level: "error",
        message: "readings not written",
        readings: 2,
        error: "Error: 503 the buffer is full",
      },
    );
  });

  it("returns a refused reading that the quarantine does not take", async () => {
    const given = ports({
      write: async () => [{ index: 1, reason: "x" }],
      quarantine: () => Promise.reject(new Error("no route")),
    });
    const { answer, counts } = await handle(given, reading(1), reading(2), reading(3));
    assert.deepEqual(answer, failing(2));
    assert.deepEqual(counts, { Received: 3, Stored: 2, Quarantined: 0, Failed: 1 });
  });
});

describe("The InfluxDB writer's calls", () => {
  const cloud = useAws();
  let influxdb: InfluxdbDouble;
  beforeEach(async () => {
    influxdb = await startInfluxdb({ token: "first" });
    secretIs(JSON.stringify({ token: "first" }));
  });
  afterEach(() => influxdb.stop());

  const secretIs = (SecretString: string): void =>
    cloud.aws.answer("GetSecretValue", () => ({ SecretString }));
  const environment = (url: string, changes = {}) => ({
    ...{ INFLUXDB_URL: url, INFLUXDB_VERSION: "v3", INFLUXDB_DATABASE: "iot" },
    ...{ INFLUXDB_SECRET_ARN: "secret", INFLUXDB_TABLE: "telemetry" },
    ...{ QUARANTINE_QUEUE_URL: `${cloud.aws.url}/quarantine`, ...changes },
  });
  const handlerAt = (url = influxdb.url, changes = {}) =>
    createHandler(readSettings(environment(url, changes)));

  it("store every value, with the precision said and the response awaited", async () => {
    const one = readingOf({ temperature: -0.25, message: 'Öl "läuft" ab\n' });
    const { answer } = await logged(() => handlerAt()(kinesisEvent(envelopeOf(one))));
    assert.deepEqual(answer, nothingFailed);
    const { timestamp, ...values } = one;
    const [row, ...others] = influxdb.rows("iot", "telemetry");
    assert.equal(others.length, 0);
    const { time, ...stored } = row ?? {};
    assert.deepEqual(stored, { ...values, receivedAt: BigInt(receivedAt) });
    assert.equal(new Date(`${String(time).slice(0, 23)}Z`).getTime(), timestamp);
    assert.deepEqual(influxdb.writes(), [
      {
        path: "/api/v3/write_lp?db=iot&precision=nanosecond&accept_partial=true&no_sync=false",
        status: 204,
      },
    ]);
  });

  it("store repeated readings once, and both of two of the same time", async () => {
    const handler = handlerAt();
    const batch = kinesisEvent(reading(1), reading(2), reading(1));
    await logged(async () => [await handler(batch), await handler(batch)]);
    const stored = influxdb.rows("iot", "telemetry").map(({ temperature }) => temperature);
    assert.deepEqual(stored.sort(), [1, 2]);
  });

  it("read the secret once, a plain token too, and again when it is refused", async () => {
    secretIs("first\n");
    const handler = handlerAt();
    await logged(async () => [
      await handler(kinesisEvent(reading(1))),
      await handler(kinesisEvent(reading(2))),
    ]);
    assert.equal(cloud.aws.calls.length, 1);
    assert.deepEqual(cloud.aws.calls[0], {
      operation: "GetSecretValue",
      input: { SecretId: "secret" },
    });
    influxdb.setToken("second");
    secretIs(JSON.stringify({ token: "second" }));
    const { answer } = await logged(() => handler(kinesisEvent(reading(3))));
    assert.deepEqual(answer, nothingFailed);
    assert.equal(cloud.aws.calls.length, 2);
    assert.equal(influxdb.rows("iot", "telemetry").length, 3);
  });

  it("fail for a token that stays refused, and succeed once it is right", async () => {
    influxdb.setToken("other");
    const handler = handlerAt();
    const refused = await logged(() => handler(kinesisEvent(reading(1))));
    assert.deepEqual(refused.answer, failing(1));
    influxdb.setToken("first");
    const accepted = await logged(() => handler(kinesisEvent(reading(1))));
    assert.deepEqual(accepted.answer, nothingFailed);
  });

  it("retry what the database throttles", async () => {
    influxdb.refuseNext(429, 1, { "retry-after": "0" });
    influxdb.refuseNext(503, 1);
    const { answer } = await logged(() => handlerAt()(kinesisEvent(reading(1))));
    assert.deepEqual(answer, nothingFailed);
    assert.deepEqual(
      influxdb.writes().map(({ status }) => status),
      [429, 503, 204],
    );
  });

  it("quarantine a reading that does not fit the table, and no other", async () => {
    await fetch(`${influxdb.url}/api/v3/write_lp?db=iot&precision=nanosecond`, {
      method: "POST",
      headers: { authorization: "Bearer first" },
      body: "telemetry,deviceId=x message=1i 1",
    });
    const withMessage = envelopeOf(readingOf({ message: "text" }));
    const { answer, counts } = await logged(() =>
      handlerAt()(kinesisEvent(reading(1), withMessage, reading(2))),
    );
    assert.deepEqual(answer, nothingFailed);
    assert.deepEqual(counts, { Received: 3, Stored: 2, Quarantined: 1, Failed: 0 });
    const [sent] = cloud.aws.calls.filter(({ operation }) => operation === "SendMessageBatch");
    const [{ MessageBody }] = sent?.input.Entries as [{ MessageBody: string }];
    const { detail, ...entry } = JSON.parse(MessageBody) as Record<string, unknown>;
    assert.match(String(detail), /^InfluxDB refused the reading: invalid column type .* 'message'/);
    assert.deepEqual(entry, {
      reason: "refused-by-store",
      ...(JSON.parse(withMessage) as object),
    });
  });

  it("open a session of InfluxDB 2 with user name and password, and write with its cookie", async () => {
    const requests: unknown[] = [];
    const server = createServer((request, response) => {
      const { authorization, cookie } = request.headers;
      requests.push([request.method, request.url, authorization ?? cookie]);
      request.resume();
      if (request.url === "/api/v2/signin")
        return response
          .writeHead(204, { "set-cookie": "influxdb-oss-session=s1; Path=/; HttpOnly" })
          .end();
      return response.writeHead(204).end();
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    secretIs(JSON.stringify({ username: "admin", password: "of-a-test" }));
    const handler = handlerAt(url, { INFLUXDB_VERSION: "v2", INFLUXDB_ORGANIZATION: "iot" });
    const { answer } = await logged(() => handler(kinesisEvent(reading(1))));
    server.closeAllConnections();
    server.close();
    assert.deepEqual(answer, nothingFailed);
    assert.deepEqual(requests, [
      ["POST", "/api/v2/signin", `Basic ${Buffer.from("admin:of-a-test").toString("base64")}`],
      ["POST", "/api/v2/write?org=iot&bucket=iot&precision=ns", "influxdb-oss-session=s1"],
    ]);
  });

  /** What is logged and quarantined while a database, or a proxy before it, answers with the credentials of the request. */
  async function saidBy(
    answer: (credentials: string) => [status: number, body: unknown],
    changes: object = {},
  ): Promise<string> {
    const server = createServer((request, response) => {
      const { authorization = "", cookie = "" } = request.headers;
      request.resume();
      if (request.url === "/api/v2/signin")
        return response.writeHead(204, { "set-cookie": "session=of-an-hour; Path=/" }).end();
      const [status, body] = answer(authorization || cookie);
      return response.writeHead(status).end(JSON.stringify(body));
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { lines } = await logged(() => handlerAt(url, changes)(kinesisEvent(reading(1))));
    server.closeAllConnections();
    server.close();
    const sent = cloud.aws.calls.filter(({ operation }) => operation === "SendMessageBatch");
    return JSON.stringify([lines, sent]);
  }
  const token = "apiv3_of-a-test";
  const v2 = { INFLUXDB_VERSION: "v2", INFLUXDB_ORGANIZATION: "iot" };

  it("quarantine a refused reading without the token that an answer quotes", async () => {
    secretIs(JSON.stringify({ token }));
    const said = await saidBy((quoted) => [
      400,
      { data: [{ line_number: 1, error_message: `bad, with ${quoted}` }] },
    ]);
    assert.match(said, /InfluxDB refused the reading: bad, with Bearer \*\*\*/);
    assert.ok(!said.includes(token));
  });

  it("log a failure without the token that an answer quotes", async () => {
    secretIs(JSON.stringify({ token }));
    const said = await saidBy((quoted) => [403, { error: `no access for ${quoted}` }]);
    assert.match(said, /403 no access for Bearer \*\*\*/);
    assert.ok(!said.includes(token));
  });

  it("log and quarantine without the session of InfluxDB 2, and without the password", async () => {
    secretIs(JSON.stringify({ username: "admin", password: "of-a-test" }));
    const quarantined = await saidBy((quoted) => [400, { code: "invalid", message: quoted }], v2);
    assert.match(quarantined, /InfluxDB refused the reading: 400 session=\*\*\*/);
    const failed = await saidBy((quoted) => [401, { code: "unauthorized", message: quoted }], v2);
    assert.match(failed, /401 session=\*\*\*/);
    for (const secret of ["of-an-hour", "of-a-test"])
      assert.ok(!`${quarantined}${failed}`.includes(secret));
  });

  it("log a token that is no header without its characters", async () => {
    secretIs(`${token}\nsecond-line`);
    const said = await saidBy(() => [204, ""]);
    assert.match(said, /readings not written/);
    for (const part of [token, "second-line"]) assert.ok(!said.includes(part), said);
  });
});
