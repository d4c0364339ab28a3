import type { EventBridgeEvent } from "aws-lambda";
import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import type { ReadingDetail } from "../../../functions/iot-to-eventbridge/event-shaper";
import { changeBy } from "../../../functions/iot-to-eventbridge/incident";
import {
  createHandler,
  readSettings,
  type Ports,
} from "../../../functions/iot-to-eventbridge/incident-handler";
import { readingOf, receivedAt } from "../../support/events";
import { follow, modelTable as table, type PlainIncident } from "../../support/incident-model";
import { useAws } from "../aws";
import { logged } from "../logged";

const detailOf = (changes: Partial<ReadingDetail> = {}): ReadingDetail => ({
  ...readingOf(changes),
  receivedAt,
});
const eventOf = (detail: ReadingDetail) =>
  ({ detail }) as EventBridgeEvent<"Device Reading", ReadingDetail>;

const settings = { incidentsTableName: "unused" };
const handle = (ports: Ports, ...details: ReadingDetail[]) =>
  logged(async () => {
    const handler = createHandler(settings, ports);
    for (const detail of details) await handler(eventOf(detail));
  });

const critical = (timestamp: number, temperature = 95) =>
  detailOf({ status: "critical", timestamp, temperature });
const good = (timestamp: number) => detailOf({ status: "ok", timestamp });

describe("The incident handler of iot-to-eventbridge", () => {
  it("opens an incident with the first critical reading, and logs it once", async () => {
    const ports = table();
    const { lines, counts } = await handle(ports, critical(1000), critical(2000, 97));
    assert.deepEqual(ports.incidents.get("pump-7"), {
      deviceId: "pump-7",
      status: "open",
      openedAt: 1000,
      changedAt: 2000,
      temperature: 97,
      humidity: 40,
      pressure: 1013,
    });
    assert.deepEqual(
      lines.flatMap(({ message }) => message ?? []),
      ["incident opened"],
    );
    assert.deepEqual(counts, { Opened: 1 });
  });

  it("closes it with the next good reading", async () => {
    const ports = table();
    await handle(ports, critical(1000), good(3000));
    assert.deepEqual(ports.incidents.get("pump-7"), {
      deviceId: "pump-7",
      status: "closed",
      openedAt: 1000,
      changedAt: 3000,
      closedAt: 3000,
      temperature: 95,
      humidity: 40,
      pressure: 1013,
    });
  });

  it("opens another incident when the device is critical again", async () => {
    const ports = table();
    await handle(ports, critical(1000), good(2000), critical(5000));
    assert.deepEqual(ports.incidents.get("pump-7"), {
      deviceId: "pump-7",
      status: "open",
      openedAt: 5000,
      changedAt: 5000,
      temperature: 95,
      humidity: 40,
      pressure: 1013,
    });
  });

  it("writes nothing for a good reading of a healthy device", async () => {
    const ports = table();
    await handle(ports, good(1000));
    assert.equal(ports.incidents.size, 0);
  });

  it("is not closed by a good reading that is older than the newest critical one", async () => {
    const ports = table();
    await handle(ports, critical(1000), critical(4000), good(2000));
    assert.equal(ports.incidents.get("pump-7")?.status, "open");
  });

  it("is the same after a repetition of any event", async () => {
    const ports = table();
    const events = [critical(1000), critical(1000), good(2000), good(2000), critical(1000)];
    const { lines } = await handle(ports, ...events);
    assert.equal(ports.incidents.get("pump-7")?.status, "closed");
    assert.deepEqual(
      lines.flatMap(({ message }) => message ?? []),
      ["incident opened", "incident closed"],
    );
  });

  it("keeps one incident per device, and devices apart", async () => {
    const ports = table();
    await handle(ports, critical(1000), { ...critical(1000), deviceId: "pump-8" }, good(2000));
    assert.deepEqual(
      [...ports.incidents.values()].map(({ deviceId, status }) => [deviceId, status]),
      [
        ["pump-7", "closed"],
        ["pump-8", "open"],
      ],
    );
  });

  it("makes one write for an event, and none for a warning", async () => {
    const ports = table();
    await handle(ports, critical(1000), good(2000), good(1500), critical(2000));
    assert.equal(ports.writes(), 4);
    await handle(ports, detailOf({ status: "warning", timestamp: 3000 }));
    assert.equal(ports.writes(), 4);
  });

  it("fails none of 50 simultaneous events of a flapping device, and ends as the newest says", async () => {
    for (const newest of [critical(50_000), good(50_000)]) {
      const ports = table();
      const handler = createHandler(settings, ports);
      const flapping = Array.from({ length: 49 }, (_, nth) =>
        nth % 2 === 0 ? critical(1000 * (nth + 1)) : good(1000 * (nth + 1)),
      );
      const events = [critical(500), ...flapping, newest].sort((a, b) =>
        String(a.timestamp % 7).localeCompare(String(b.timestamp % 7)),
      );
      await handle(ports, critical(400));
      await logged(() => Promise.all(events.map((one) => handler(eventOf(one)))));
      const { status, changedAt } = ports.incidents.get("pump-7") ?? {};
      assert.deepEqual(
        { status, changedAt },
        { status: newest.status === "critical" ? "open" : "closed", changedAt: 50_000 },
      );
      assert.equal(ports.writes(), events.length + 1);
    }
  });

  it("rethrows an error of the table, so that the event is retried", async () => {
    const ports: Ports = { apply: () => Promise.reject(new Error("throttled")) };
    await assert.rejects(createHandler(settings, ports)(eventOf(critical(1000))), /throttled/);
  });

  it("does not start without the table's name", () => {
    assert.throws(() => readSettings({}), /INCIDENTS_TABLE_NAME is not set/);
    assert.deepEqual(readSettings({ INCIDENTS_TABLE_NAME: "t" }), { incidentsTableName: "t" });
  });
});

describe("The incident handler's calls to AWS", () => {
  const cloud = useAws();
  const handler = () => createHandler(readSettings({ INCIDENTS_TABLE_NAME: "incidents" }));

  it("opens by one conditional update, which removes what the reading lacks", async () => {
    await logged(() => handler()(eventOf(critical(1000))));
    assert.deepEqual(cloud.aws.calls, [
      {
        operation: "UpdateItem",
        input: {
          TableName: "incidents",
          Key: { deviceId: { S: "pump-7" } },
          UpdateExpression:
            "SET #status = :open, changedAt = :at, openedAt = if_not_exists(openSince, :at), openSince = if_not_exists(openSince, :at), #field0 = :field0, #field1 = :field1, #field2 = :field2 REMOVE closedAt, #field3",
          ConditionExpression: "attribute_not_exists(deviceId) OR changedAt < :at",
          ExpressionAttributeNames: {
            "#status": "status",
            "#field0": "temperature",
            "#field1": "humidity",
            "#field2": "pressure",
            "#field3": "message",
          },
          ExpressionAttributeValues: {
            ":at": { N: "1000" },
            ":open": { S: "open" },
            ":field0": { N: "95" },
            ":field1": { N: "40" },
            ":field2": { N: "1013" },
          },
          ReturnValues: "ALL_OLD",
        },
      },
    ]);
  });

  it("closes an open incident that is older, and reports when it was opened", async () => {
    cloud.aws.answer("UpdateItem", () => ({
      Attributes: { deviceId: { S: "pump-7" }, status: { S: "open" }, openedAt: { N: "1000" } },
    }));
    const { lines, counts } = await logged(() => handler()(eventOf(good(2000))));
    const { input } = one(cloud.aws.calls);
    assert.equal(
      input.UpdateExpression,
      "SET #status = :closed, changedAt = :at, closedAt = :at REMOVE openSince",
    );
    assert.equal(input.ConditionExpression, "#status = :open AND changedAt < :at");
    assert.deepEqual(counts, { Closed: 1 });
    assert.deepEqual(lines[0], {
      level: "info",
      message: "incident closed",
      deviceId: "pump-7",
      openedAt: 1000,
    });
  });

  it("changes and reports nothing where the condition does not hold", async () => {
    cloud.aws.answer("UpdateItem", () => ({ refused: "ConditionalCheckFailedException" }));
    const { lines, counts } = await logged(() => handler()(eventOf(critical(1000))));
    assert.equal(cloud.aws.calls.length, 1);
    assert.deepEqual([lines, counts], [[], undefined]);
  });

  it("fails when DynamoDB refuses", async () => {
    cloud.aws.answer("UpdateItem", () => ({ refused: "AccessDeniedException" }));
    await assert.rejects(handler()(eventOf(critical(1000))), { name: "AccessDeniedException" });
  });
});

describe("changeBy", () => {
  it("leaves out what an incident says of itself, and names every other field", () => {
    const fields = { status: text, openSince: text, depth: text } as const;
    const severity = { field: "status", critical: ["bad"], warning: [], good: [] } as const;
    const of = { fields, severity, unknownFields: "ignored" } as const;
    const reading = { ...detailOf(), status: "bad", openSince: "x" } as unknown as ReadingDetail;
    assert.deepEqual(changeBy(reading, of), {
      kind: "open",
      deviceId: "pump-7",
      at: receivedAt,
      values: { depth: undefined },
    });
  });
});

function one<T>([first, ...others]: T[]): T {
  assert.ok(first !== undefined && others.length === 0);
  return first;
}

const text = { type: "text", mostBytes: 10 } as const;

describe("follow, the model", () => {
  const readings = fc.array(
    fc.record({
      timestamp: fc.integer({ min: 1, max: 30 }),
      status: fc.constantFrom("ok" as const, "warning" as const, "critical" as const),
    }),
  );
  const run = (details: ReadingDetail[]) =>
    details.reduce<PlainIncident | undefined>(
      (known, one) => follow(known, one) ?? known,
      undefined,
    );

  it("never goes back in time, and an incident never closes before it opened", () => {
    fc.assert(
      fc.property(readings, (given) => {
        let newest = 0;
        let known: PlainIncident | undefined;
        for (const one of given) {
          const next = follow(known, detailOf(one));
          if (!next) continue;
          assert.ok(next.changedAt > newest);
          assert.ok(next.openedAt <= next.changedAt);
          assert.ok(next.closedAt === undefined || next.closedAt > next.openedAt);
          newest = next.changedAt;
          known = next;
        }
      }),
    );
  });

  it("has the same result with any repetitions", () => {
    fc.assert(
      fc.property(readings, (given) => {
        const details = given.map(detailOf);
        assert.deepEqual(run(details.flatMap((one) => [one, one])), run(details));
      }),
    );
  });

  it("is open exactly if the newest of what counts is critical, when events come in order", () => {
    fc.assert(
      fc.property(readings, (given) => {
        const inOrder = [...given].sort((a, b) => a.timestamp - b.timestamp);
        const distinct = inOrder.filter((one, at) => one.timestamp !== inOrder[at - 1]?.timestamp);
        const last = distinct.filter(({ status }) => status !== "warning").pop();
        const end = run(distinct.map(detailOf));
        assert.equal(end?.status === "open", last?.status === "critical");
      }),
    );
  });
});
