import * as assert from "node:assert/strict";
import * as http from "node:http";
import { json } from "node:stream/consumers";
import { createClients, type Clients } from "../../../../../local/aws/clients";
import { startIotCore, type IotCore } from "../../../../../local/services/iot-core/iot-core";
import { listen, type Listening } from "../../../../../local/listen";
import { createTrace } from "../../../../../local/trace";
import { sharedAccount } from "../../../../support/account";
import { connect, identity, openPolicy } from "../devices";
import { createWorld, nextName, send, type World } from "../world";
import { ruleUnderTest } from "./under-test";

describe("timestream action", () => {
  const settings = {
    databaseName: "fleet",
    tableName: "${topic(1)}",
    dimensions: [{ name: "device", value: "${topic(2)}" }],
  };
  let world: World;
  before(async () => (world = await createWorld()));
  after(() => world.end());

  it("is refused without a Timestream endpoint", async () => {
    const actions = { timestreams: [{ ...settings, roleArn: await world.role([]) }] };
    await assert.rejects(ruleUnderTest(world, "SELECT * FROM 'a'", actions, "to_timestream"), {
      message:
        "Rule to_timestream: its timestream action is refused: The emulator has no Timestream; start with a timestreamEndpoint.",
    });
  });

  describe("with an endpoint", () => {
    const requests: { target: string; credential: string; body: unknown }[] = [];
    let status = 200;
    let listening: Listening;
    let clients: Clients;
    let iot: IotCore;

    before(async () => {
      // Timestream's wire format; what it was sent is what is tested.
      const server = http.createServer((request, response) => {
        void json(request).then((body) => {
          const { authorization = "", "x-amz-target": target } = request.headers;
          const [, credential = ""] = /Credential=([^/]+)/.exec(authorization) ?? [];
          requests.push({ target: String(target), credential, body });
          const headers = { "content-type": "application/x-amz-json-1.0" };
          const answer =
            status === 200
              ? { RecordsIngested: { Total: 1 } }
              : { __type: "AccessDeniedException", message: "no WriteRecords" };
          response.writeHead(status, headers).end(JSON.stringify(answer));
        });
      });
      listening = await listen(server);
      clients = createClients(await sharedAccount());
      const timestreamEndpoint = `http://127.0.0.1:${listening.port}`;
      iot = await startIotCore({ clients, trace: createTrace(), timestreamEndpoint });
      iot.addDevicePolicy(openPolicy);
    });
    after(async () => {
      await iot.stop();
      clients.destroy();
      await listening.close();
    });
    beforeEach(() => {
      requests.length = 0;
      status = 200;
    });

    async function publish(
      clientId: string,
      topic: string,
      payload: object | string,
    ): Promise<void> {
      const credentials = await iot.addThing(clientId, ["open"]);
      const device = await connect(iot.mqttUrl, clientId, identity(credentials));
      const text = typeof payload === "string" ? payload : JSON.stringify(payload);
      await device.publishAsync(topic, text, { qos: 1 });
      await iot.idle();
      await device.endAsync();
    }

    it("writes a measure for each member, of the type that its value has", async () => {
      const roleArn = await world.role([]);
      const timestamp = { unit: "SECONDS", value: "${t}" };
      await iot.addRule({
        name: nextName("rule"),
        enabled: true,
        sqlVersion: "2016-03-23",
        sql: "SELECT whole, broken, ok, text, list FROM 'ts1/+'",
        timestreams: [{ ...settings, timestamp, roleArn }],
      });
      const measures = { whole: 3, broken: 2.5, ok: true, text: "x", list: [1, "a"] };
      await publish("ts-1", "ts1/sensor-1", { ...measures, t: 1_700_000_000 });
      assert.equal(requests.length, 1);
      assert.equal(requests[0]?.target, "Timestream_20181101.WriteRecords");
      assert.deepEqual(requests[0]?.body, {
        DatabaseName: "fleet",
        TableName: "ts1",
        CommonAttributes: {
          Dimensions: [{ Name: "device", Value: "sensor-1" }],
          Time: "1700000000",
          TimeUnit: "SECONDS",
        },
        Records: [
          { MeasureName: "whole", MeasureValue: "3", MeasureValueType: "BIGINT" },
          { MeasureName: "broken", MeasureValue: "2.5", MeasureValueType: "DOUBLE" },
          { MeasureName: "ok", MeasureValue: "true", MeasureValueType: "BOOLEAN" },
          { MeasureName: "text", MeasureValue: "x", MeasureValueType: "VARCHAR" },
          { MeasureName: "list", MeasureValue: '[1,"a"]', MeasureValueType: "VARCHAR" },
        ],
      });
      // A session's key, not the account's.
      assert.match(requests[0]?.credential ?? "", /^ASIA/);
    });

    it("writes numbers that a double would round without loss of precision", async () => {
      const roleArn = await world.role([]);
      await iot.addRule({
        name: nextName("rule"),
        enabled: true,
        sqlVersion: "2016-03-23",
        sql: "SELECT whole, broken, list, n.deep AS deep FROM 'ts3/+'",
        timestreams: [{ ...settings, timestamp: { unit: "NANOSECONDS", value: "${t}" }, roleArn }],
      });
      await publish(
        "ts-3",
        "ts3/sensor-1",
        '{"whole":9007199254740993,"broken":36.903999599999977,"list":[9007199254740993,{"a":0.12345678901234567890}],"n":{"deep":-0},"t":1700000000123456789}',
      );
      const [{ body } = { body: undefined }] = requests;
      const { CommonAttributes, Records } = body as Record<string, unknown>;
      assert.equal((CommonAttributes as { Time: string }).Time, "1700000000123456789");
      const list = '[9007199254740993,{"a":0.1234567890123456789}]';
      assert.deepEqual(Records, [
        { MeasureName: "whole", MeasureValue: "9007199254740993", MeasureValueType: "BIGINT" },
        { MeasureName: "broken", MeasureValue: "36.903999599999977", MeasureValueType: "DOUBLE" },
        { MeasureName: "list", MeasureValue: list, MeasureValueType: "VARCHAR" },
        { MeasureName: "deep", MeasureValue: "0", MeasureValueType: "BIGINT" },
      ]);
    });

    it("sends records that Timestream rejects to the error action", async () => {
      status = 403;
      const failures = await world.queue();
      await iot.addRule({
        name: nextName("rule"),
        enabled: true,
        sqlVersion: "2016-03-23",
        sql: "SELECT * FROM 'ts2/+'",
        timestreams: [{ ...settings, roleArn: await world.role([]) }],
        errorAction: {
          sqs: {
            queueUrl: failures.url,
            roleArn: await world.role([send(failures)]),
            useBase64: false,
          },
        },
      });
      await publish("ts-2", "ts2/sensor-1", { a: 1 });
      const [body = "{}"] = await failures.drain();
      const { failures: reported } = JSON.parse(body) as { failures: Record<string, string>[] };
      assert.deepEqual(
        reported.map(({ failedAction, failedResource }) => [failedAction, failedResource]),
        [["TimestreamAction", "fleet.ts2"]],
      );
      assert.match(
        reported[0]?.["errorMessage"] ?? "",
        /no WriteRecords .*Error Code: AccessDeniedException;/,
      );
    });
  });
});
