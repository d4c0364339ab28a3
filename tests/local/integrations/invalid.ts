import { readingOf } from "./readings";

/** An invalid message of a device, with the expected reason. */
export interface InvalidMessage {
  reason: string;
  /** `receivedAt` stands for when AWS IoT took the message. */
  detail: string;
  payload: Buffer;
}

const hour = 3_600_000;

/** Messages in which SQL finds no field, so that no WHERE clause selects them, whatever they say. */
export function illegible(deviceId: string): InvalidMessage[] {
  const text = JSON.stringify(readingOf(deviceId, { status: "critical" }));
  return [
    {
      reason: "not-utf8",
      detail: "The payload is not UTF-8 text.",
      payload: Buffer.from([0x7b, 0xff, 0x00, 0xfe]),
    },
    {
      reason: "not-json",
      detail: 'The payload is not JSON; it begins "{\\"deviceId\\": NaN}".',
      payload: Buffer.from('{"deviceId": NaN}'),
    },
    {
      reason: "not-json",
      detail: 'The payload is not JSON; it begins "".',
      payload: Buffer.alloc(0),
    },
    {
      reason: "too-deep",
      detail: "The payload nests more than 1000 levels deep.",
      payload: Buffer.from("[".repeat(60_000) + "]".repeat(60_000)),
    },
    {
      reason: "not-an-object",
      detail: "The payload is an array; it must be a JSON object.",
      payload: Buffer.from("[1, 2]"),
    },
    {
      reason: "too-deep",
      detail: "The payload nests more than 1000 levels deep.",
      payload: Buffer.from(text.replace("}", `,"deep":${"[".repeat(1000)}${"]".repeat(1000)}}`)),
    },
  ];
}

/** JSON objects that are no readings, one for each reason that is left to a device. */
export function unfit(deviceId: string, status: "ok" | "critical" = "ok"): InvalidMessage[] {
  const json = (changes: object): Buffer =>
    Buffer.from(JSON.stringify({ ...readingOf(deviceId, { status }), ...changes }));
  const ahead = Date.now() + hour;
  const behind = Date.now() - (7 * 24 + 1) * hour;
  return [
    {
      reason: "missing-field",
      detail: "pressure is missing.",
      payload: Buffer.from(
        json({ pressure: undefined }).toString().replace("{", '{"__proto__":{"pressure":1000},'),
      ),
    },
    {
      reason: "wrong-type",
      detail: 'temperature is "21.5"; it must be a number from -100 to 200.',
      payload: json({ temperature: "21.5" }),
    },
    {
      // A Decimal of AWS IoT SQL reaches 9.99E999, so rules read the other fields.
      reason: "number-too-large",
      detail: "The payload holds a number beyond double precision.",
      payload: Buffer.from(json({}).toString().replace("21.5", "1e999")),
    },
    {
      reason: "out-of-range",
      detail: "humidity is 100.5; it must be a number from 0 to 100.",
      payload: json({ humidity: 100.5 }),
    },
    {
      reason: "illegal-device-id",
      detail: "deviceId is \"pump 7\"; it must be 1 to 128 letters, digits, ':', '_' and '-'.",
      payload: json({ deviceId: "pump 7" }),
    },
    {
      reason: "wrong-device",
      detail: `deviceId is "pump-8"; the topic belongs to "${deviceId}".`,
      payload: json({ deviceId: "pump-8" }),
    },
    {
      reason: "clock-ahead",
      detail: `timestamp is ${ahead}, more than 5 minutes after receivedAt, when it was received; check the device's clock.`,
      payload: json({ timestamp: ahead }),
    },
    {
      reason: "clock-behind",
      detail: `timestamp is ${behind}, more than 7 days before receivedAt, when it was received; check the device's clock.`,
      payload: json({ timestamp: behind }),
    },
    {
      reason: "lone-surrogate",
      detail: "A text of the payload has a surrogate without its partner; encode texts as UTF-8.",
      payload: json({ message: "\ud800 pill" }),
    },
    {
      reason: "illegal-character",
      detail:
        'message is "\\u0007"; it must be text without control characters, except tabs and line breaks.',
      payload: json({ message: "\u0007" }),
    },
    {
      reason: "message-too-long",
      detail: `message is "${"ä".repeat(60)}...; it must be at most 4096 bytes of UTF-8.`,
      payload: json({ message: "ä".repeat(2049) }),
    },
  ];
}
