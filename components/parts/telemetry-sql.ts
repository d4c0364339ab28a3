/** How many levels the topic prefix has; `topic(n)` counts from 1, so the device id is the next one. */
const deviceLevel = (topicPrefix: string): number => topicPrefix.split("/").length + 1;

/** A substitution template that yields the device of a message. */
export const deviceTemplate = (topicPrefix: string): string =>
  "${topic(" + deviceLevel(topicPrefix) + ")}";

const telemetryOf = (topicPrefix: string): string => `FROM '${topicPrefix}/+/telemetry'`;

/**
 * Every message as it was sent, whatever it is: bytes in Base64, beside who sent it by the word of the topic, and when.
 * A callback validates it; nothing is dropped by the SQL.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-function-encode
 */
export const envelopeSql = (topicPrefix: string, where?: string): string =>
  [
    `SELECT topic(${deviceLevel(topicPrefix)}) AS deviceId, timestamp() AS receivedAt, encode(*, 'base64') AS payload`,
    telemetryOf(topicPrefix),
    ...(where ? [`WHERE ${where}`] : []),
  ].join(" ");

/**
 * Readings that are valid, flat, with the second at which they expire. The WHERE clause accepts exactly the payloads that
 * `functions/shared/reading.ts` accepts, so that a message is either here or in the quarantine; a property test holds the
 * two together. Numbers in strings are refused by arithmetic: it converts them, `=` does not.
 */
export function validReadingsSql(topicPrefix: string, keepDays: number): string {
  const device = `topic(${deviceLevel(topicPrefix)})`;
  const number = (field: string, least: number, most: number) =>
    `${field} * 1 = ${field} AND ${field} >= ${least} AND ${field} <= ${most}`;
  const columns = [
    `${device} AS deviceId`,
    "timestamp",
    "temperature",
    "humidity",
    "pressure",
    "status",
    "message",
    "timestamp() AS receivedAt",
    `floor(timestamp() / 1000) + ${keepDays * 86_400} AS expiresAt`,
  ];
  const guards = [
    `regexp_matches(${device}, '^[A-Za-z0-9:_-]{1,128}$')`,
    `deviceId = ${device}`,
    "floor(timestamp) = timestamp",
    "timestamp <= timestamp() + 86400000",
    "timestamp >= timestamp() - 604800000",
    number("temperature", -100, 200),
    number("humidity", 0, 100),
    number("pressure", 300, 1100),
    "(status = 'ok' OR status = 'warning' OR status = 'critical')",
    "CASE isUndefined(message) WHEN true THEN true ELSE (message + '' = message AND numbytes(message) <= 4096) END",
  ];
  return `SELECT ${columns.join(", ")} ${telemetryOf(topicPrefix)} WHERE ${guards.join(" AND ")}`;
}
