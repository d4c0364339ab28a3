import * as assert from "node:assert/strict";
import { createLogParser } from "../../../functions/iot-to-comprehend/log-message";
import { generateLoad } from "../../../local/devices/load";
import { withLogs } from "../../../local/devices/logs";
import type { DeviceMessage } from "../../../local/devices/message";

const startedAt = 1_795_478_400_000;

async function take(count: number, seed = 7): Promise<DeviceMessage[]> {
  const shares = { invalid: 0.2, duplicate: 0.1, late: 0.1, critical: 0.2 };
  const load = generateLoad({ devices: 4, rate: 0, shares, seed, startedAt });
  const messages: DeviceMessage[] = [];
  for await (const message of withLogs(load, { seed, startedAt })) {
    messages.push(message);
    if (messages.length === count) break;
  }
  return messages;
}

const isLog = ({ channel }: DeviceMessage): boolean => channel === "logs";
const text = ({ payload }: DeviceMessage): string => Buffer.from(payload).toString();
const parse = createLogParser();
const verdict = ({ deviceId, payload }: DeviceMessage) =>
  parse({
    deviceId,
    receivedAt: startedAt,
    payload: Buffer.from(payload).toString("base64"),
  });

describe("log messages between those of a load", () => {
  let messages: DeviceMessage[];
  before(async () => {
    messages = await take(5000);
  });

  it("leave the load as it is", () => {
    const shares = { invalid: 0.2, duplicate: 0.1, late: 0.1, critical: 0.2 };
    const load = generateLoad({ devices: 4, rate: 0, shares, seed: 7, startedAt });
    for (const message of messages.filter((one) => !isLog(one)))
      assert.deepEqual(message, load.next().value);
  });

  it("are the same for the same seed, and about one for ten messages", async () => {
    assert.deepEqual(messages, await take(5000));
    const logs = messages.filter(isLog).length;
    const share = logs / (messages.length - logs);
    assert.ok(share > 0.08 && share < 0.12, `${share}`);
  });

  it("are judged by the program as they were meant", () => {
    const known = new Set(
      messages.filter(isLog).map((message) => {
        const isValid = !/invalid, (?!language)/.test(message.kind);
        if (message.kind !== "log, repetition")
          assert.equal(verdict(message).ok, isValid, message.kind);
        return message.kind;
      }),
    );
    for (const kind of ["log", "log, repetition", "log, invalid, empty text"])
      assert.ok(known.has(kind), kind);
    assert.ok(known.has("log, invalid, unsupported language"));
  });

  it("repeat bytes only as repetitions of the same device, and never share a time otherwise", () => {
    const fresh = messages.filter((one) => isLog(one) && one.kind !== "log, repetition");
    const bytes = new Set(fresh.map((one) => `${one.deviceId} ${text(one)}`));
    assert.equal(bytes.size, fresh.length);
    const repeated = messages.filter(({ kind }) => kind === "log, repetition");
    assert.ok(repeated.length > 10, `${repeated.length}`);
    for (const one of repeated) assert.ok(bytes.has(`${one.deviceId} ${text(one)}`));
    const times = fresh.map((one) => `${one.deviceId} ${/\d{13}/.exec(text(one))?.[0]}`);
    assert.equal(new Set(times).size, fresh.length);
  });
});
