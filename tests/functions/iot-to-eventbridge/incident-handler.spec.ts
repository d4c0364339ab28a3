import type { EventBridgeEvent } from "aws-lambda";
import * as fc from "fast-check";
import * as assert from "node:assert/strict";
import type { ReadingDetail } from "../../../functions/iot-to-eventbridge/event-shaper";
import { follow, type Incident } from "../../../functions/iot-to-eventbridge/incident";
import {
  createHandler,
  readSettings,
  type Ports,
} from "../../../functions/iot-to-eventbridge/incident-handler";
import { readingOf, receivedAt } from "../../support/events";
import { logged } from "../logged";

const detailOf = (changes: Partial<ReadingDetail> = {}): ReadingDetail => ({
  ...readingOf(changes),
  receivedAt,
});
const eventOf = (detail: ReadingDetail) =>
  ({ detail }) as EventBridgeEvent<"Device Reading", ReadingDetail>;

/** A table in memory, with the condition that the real one has; `between` happens after a read. */
function table(
  between: () => void = () => undefined,
): Ports & { incidents: Map<string, Incident> } {
  const incidents = new Map<string, Incident>();
  return {
    incidents,
    read: async (deviceId) => {
      const known = incidents.get(deviceId);
      between();
      return known;
    },
    write: async (incident, known) => {
      if (incidents.get(incident.deviceId)?.changedAt !== known?.changedAt) return false;
      incidents.set(incident.deviceId, incident);
      return true;
    },
  };
}

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

  it("reads again after a concurrent write", async () => {
    let meanwhile = true;
    const ports = table(() => {
      if (!meanwhile) return;
      meanwhile = false;
      const other = follow(undefined, critical(500));
      if (other) ports.incidents.set("pump-7", other);
    });
    await handle(ports, good(1000));
    await handle(ports, good(1000));
    assert.equal(ports.incidents.get("pump-7")?.status, "closed");
  });

  it("throws one sentence after five attempts, so that the event is retried", async () => {
    const ports: Ports = { read: async () => undefined, write: async () => false };
    await assert.rejects(createHandler(settings, ports)(eventOf(critical(1000))), {
      message: "The incident of pump-7 changed 5 times meanwhile.",
    });
  });

  it("rethrows an error of the table, so that the event is retried", async () => {
    const ports: Ports = {
      read: async () => {
        throw new Error("throttled");
      },
      write: async () => true,
    };
    await assert.rejects(createHandler(settings, ports)(eventOf(critical(1000))), /throttled/);
  });

  it("does not start without the table's name", () => {
    assert.throws(() => readSettings({}), /INCIDENTS_TABLE_NAME is not set/);
    assert.deepEqual(readSettings({ INCIDENTS_TABLE_NAME: "t" }), { incidentsTableName: "t" });
  });
});

describe("follow", () => {
  const readings = fc.array(
    fc.record({
      timestamp: fc.integer({ min: 1, max: 30 }),
      status: fc.constantFrom("ok" as const, "warning" as const, "critical" as const),
    }),
  );
  const run = (details: ReadingDetail[]) =>
    details.reduce<Incident | undefined>((known, one) => follow(known, one) ?? known, undefined);

  it("never goes back in time, and an incident never closes before it opened", () => {
    fc.assert(
      fc.property(readings, (given) => {
        let newest = 0;
        let known: Incident | undefined;
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
