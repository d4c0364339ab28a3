import { compile, parse } from "../iot-sql";
import { atLeast, forComparison, type Measurement } from "./line";
import { readings } from "../tests/support/readings";
import { cpuOf } from "./rounds";

const sql =
  "SELECT *, topic(2) AS deviceId FROM 'devices/+/telemetry' WHERE temperature > 80 OR status = 'ok'";

const messages = readings(1000).map(({ receivedAt, ...reading }) => ({
  topic: `devices/${reading.deviceId}/telemetry`,
  payload: Buffer.from(JSON.stringify(reading)),
  timestamp: receivedAt,
}));

/** Compares the evaluation of a rule, from bytes to bytes, with parsing the same bytes. */
export const iotSql: Measurement = async () => {
  const parsed = parse(sql);
  const rule = parsed.ok ? compile(parsed.statement) : parsed;
  if (!rule.ok)
    throw new Error(`The statement '${sql}' does not compile: ${rule.problems[0]?.message}`);
  const [first] = messages;
  if (!first || !rule.evaluate(first).matched)
    throw new Error(`The first message does not match: ${sql}`);
  const cpu = await cpuOf(
    {
      evaluated: () => messages.forEach((message) => rule.evaluate(message)),
      parsed: () => messages.forEach(({ payload }) => JSON.parse(payload.toString()) as unknown),
    },
    { runs: 20 },
  );
  const perSecond = (1000 * messages.length) / cpu.evaluated;
  return [
    atLeast("iot-sql: SELECT *, topic(2) AS deviceId … WHERE …", perSecond, 200_000, "/s of CPU"),
    forComparison(
      "iot-sql: the same statement",
      cpu.evaluated / cpu.parsed,
      "x parsing the payload",
    ),
  ];
};
