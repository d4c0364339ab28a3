import * as assert from "node:assert/strict";
import { createReadingParser, type Verdict } from "../../../functions/shared/reading-parser";
import { definition as vehicle } from "../../../examples/vehicle/fields";
import { deviceIds, generateLoad, type LoadArgs } from "../../../local/devices/load";
import type { DeviceMessage } from "../../../local/devices/message";

const startedAt = 1_795_478_400_000;
const mixed: LoadArgs = {
  devices: 4,
  rate: 0,
  shares: { invalid: 0.2, duplicate: 0.1, late: 0.1, critical: 0.2 },
  seed: 7,
  startedAt,
};

function take(count: number, args: Partial<LoadArgs> = {}): DeviceMessage[] {
  const messages: DeviceMessage[] = [];
  for (const message of generateLoad({ ...mixed, ...args })) {
    messages.push(message);
    if (messages.length === count) return messages;
  }
  return messages;
}

const text = ({ payload }: DeviceMessage): string => Buffer.from(payload).toString();
const texts = (messages: DeviceMessage[]): string[] => messages.map(text);

const parse = createReadingParser();
const verdict = ({ deviceId, payload, at }: DeviceMessage): Verdict =>
  parse({
    deviceId,
    receivedAt: startedAt + at,
    payload: Buffer.from(payload).toString("base64"),
  });

const share = (messages: DeviceMessage[], fits: (message: DeviceMessage) => boolean): number =>
  messages.filter(fits).length / messages.length;

describe("the generated load", () => {
  it("is the same for the same seed, byte by byte", () => {
    assert.deepEqual(take(500), take(500));
  });

  it("is another one for another seed", () => {
    assert.notDeepEqual(texts(take(50)), texts(take(50, { seed: 8 })));
  });

  it("differs in nothing but its times when it starts at another time", () => {
    const zero = (messages: DeviceMessage[], from: number): string[] =>
      texts(messages).map((json) =>
        json.replace(/(?<=ts=|"timestamp":)\d{13}/g, (time) => String(Number(time) - from)),
      );
    const later = startedAt + 86_400_000;
    assert.deepEqual(zero(take(300), startedAt), zero(take(300, { startedAt: later }), later));
  });

  it("takes the devices in turn", () => {
    const devices = take(8).map(({ deviceId }) => deviceId);
    assert.deepEqual(devices, [...deviceIds(4), ...deviceIds(4)]);
    assert.deepEqual(deviceIds(4), ["device-01", "device-02", "device-03", "device-04"]);
    assert.equal(deviceIds(100)[99], "device-100");
  });

  it("spaces messages by the rate, and not at all without one", () => {
    assert.deepEqual(
      take(4, { rate: 4 }).map(({ at }) => at),
      [0, 250, 500, 750],
    );
    assert.deepEqual(
      take(3).map(({ at }) => at),
      [0, 0, 0],
    );
  });

  it("keeps to its shares", () => {
    const messages = take(4000);
    const near = (measured: number, wanted: number): void =>
      assert.ok(Math.abs(measured - wanted) < 0.02, `${measured} instead of ${wanted}`);
    near(
      share(messages, ({ kind }) => kind.startsWith("invalid")),
      0.2,
    );
    near(
      share(messages, ({ kind }) => kind === "repetition"),
      0.1,
    );
    near(
      share(messages, ({ kind }) => kind === "late"),
      0.1,
    );
    const readings = messages.filter(({ kind }) => !/repetition|invalid/.test(kind));
    near(
      share(readings, (message) => text(message).includes('"critical"')),
      0.2,
    );
  });

  it("has only valid, fresh, different readings when all shares are 0", () => {
    const none = { invalid: 0, duplicate: 0, late: 0, critical: 0 };
    const messages = take(200, { shares: none });
    assert.ok(messages.every((message) => verdict(message).ok));
    assert.equal(new Set(texts(messages)).size, 200);
    assert.ok(messages.every((message) => !text(message).includes("critical")));
  });

  it("has only refused messages when the share of invalid ones is 1", () => {
    const all = { invalid: 1, duplicate: 0, late: 0, critical: 0 };
    const accepted = take(500, { shares: all }).filter((message) => verdict(message).ok);
    assert.deepEqual(texts(accepted), []);
  });

  it("is judged by the program as it was meant", () => {
    const messages = take(3000);
    for (const message of messages.filter(({ kind }) => kind !== "repetition"))
      assert.equal(verdict(message).ok, !message.kind.startsWith("invalid"), message.kind);
  });

  it("has an attacker in each device that is taken over, and in no other", () => {
    const messages = take(4000, { devices: 4, hostile: 0.3 });
    const of = (ids: string[]) => messages.filter(({ deviceId }) => ids.includes(deviceId));
    const [first = "", second = "", ...others] = deviceIds(4);
    assert.ok(of([first, second]).every(({ kind }) => kind.startsWith("hostile, ")));
    assert.ok(of(others).every(({ kind }) => !kind.startsWith("hostile, ")));
    const kinds = new Set(of([first]).map(({ kind }) => kind));
    for (const kind of ["flood", "flapping", "same time, other reading", "lone surrogate"])
      assert.ok(kinds.has(`hostile, ${kind}`), kind);
    assert.ok(of([first, second]).every(({ payload }) => payload.length <= 128 * 1024));
    assert.deepEqual(messages, take(4000, { devices: 4, hostile: 0.3 }));
  });

  it("has valid readings and invalid messages of an attacker, as their kinds say", () => {
    const verdicts = new Map<string, Set<boolean>>();
    for (const message of take(400, { devices: 1, hostile: 1 })) {
      const known = verdicts.get(message.kind) ?? new Set();
      verdicts.set(message.kind, known.add(verdict(message).ok));
    }
    for (const [kind, found] of verdicts) assert.equal(found.size, 1, kind);
    const valid = [...verdicts].filter(([, found]) => found.has(true)).map(([kind]) => kind);
    assert.deepEqual(valid.sort(), [
      "hostile, flapping",
      "hostile, flood",
      "hostile, misleading text",
      "hostile, negative zero",
      "hostile, number of many digits",
      "hostile, repeated keys",
      "hostile, same time, other reading",
      "hostile, text of most bytes",
      "hostile, tiny number",
      "hostile, unknown fields",
    ]);
  });

  it("repeats what the device sent last", () => {
    const last = new Map<string, string>();
    let repetitions = 0;
    for (const message of take(1000)) {
      if (message.kind === "repetition") {
        repetitions += 1;
        assert.equal(text(message), last.get(message.deviceId));
      }
      last.set(message.deviceId, text(message));
    }
    assert.ok(repetitions > 50, `${repetitions}`);
  });

  it("sends late readings after a newer one of their device", () => {
    const newest = new Map<string, number>();
    let late = 0;
    for (const message of take(1000)) {
      const judged = verdict(message);
      if (!judged.ok) continue;
      const known = newest.get(message.deviceId) ?? -Infinity;
      if (message.kind === "late") {
        late += 1;
        assert.ok(judged.reading.timestamp < known);
      }
      newest.set(message.deviceId, Math.max(known, judged.reading.timestamp));
    }
    assert.ok(late > 50, `${late}`);
  });

  it("never gives two readings of a device the same time, however fast it goes", () => {
    for (const rate of [0, 7, 100_000]) {
      const messages = take(2000, { rate, devices: 2 }).filter(({ kind }) => kind !== "repetition");
      const names = messages.flatMap((message) => {
        const judged = verdict(message);
        return judged.ok ? [`${judged.reading.deviceId}#${judged.reading.timestamp}`] : [];
      });
      assert.equal(new Set(names).size, names.length);
    }
  });

  it("repeats bytes only in messages marked as repetitions, so that every message is identifiable", () => {
    const messages = take(4000).filter(({ kind }) => kind !== "repetition");
    const known = new Set(messages.map((message) => `${message.deviceId} ${text(message)}`));
    assert.equal(known.size, messages.length);
  });

  it("is of any definition: valid where it says so, refused where it says so, every kind of both", () => {
    const parseVehicle = createReadingParser(vehicle);
    const kinds = new Set<string>();
    for (const { deviceId, payload, at, kind } of take(3000, { of: vehicle })) {
      kinds.add(kind);
      if (kind === "repetition") continue;
      const encoded = Buffer.from(payload).toString("base64");
      const judged = parseVehicle({ deviceId, receivedAt: startedAt + at, payload: encoded });
      assert.equal(judged.ok, !kind.startsWith("invalid"), `${kind} ${JSON.stringify(judged)}`);
    }
    for (const kind of ["good", "critical", "late", "repetition"]) assert.ok(kinds.has(kind), kind);
    for (const fault of ["fraction", "boolean as text", "unknown field", "out of range", "null"])
      assert.ok(kinds.has(`invalid, ${fault}`), fault);
  });

  it("is beyond its limits only when it is critical", () => {
    for (const message of take(1000, { shares: { ...mixed.shares, invalid: 0, duplicate: 0 } })) {
      const { temperature, status } = JSON.parse(text(message)) as Record<string, unknown>;
      assert.equal(Number(temperature) > 80, status === "critical");
    }
  });
});
