import type { Medium } from "../../reading/channel";
import type { Definition, Field, NumberField } from "../../reading/definition";
import { definition } from "../../reading/fields";
import type { Reading } from "../../reading/reading";
import { hashOf } from "../sinks/message-hash";
import { idOf } from "../sinks/search";

export const kinds = ["critical", "valid", "invalid"] as const;
export type Kind = (typeof kinds)[number];

/** A message of the device that `npm run verify` publishes for. */
export interface Probe {
  kind: Kind;
  /** The last level of its topic, or how else it is sent. */
  channel: Medium;
  payload: Buffer;
  hash: string;
  /** Of a valid message. */
  id?: string;
  /** The values of the message. */
  reading: Reading;
}

/** The remark in alerts about the device. */
const remark = "Test by npm run verify";

/**
 * The messages of a device, in the order in which they are published. A definition without a severity has no critical one, whose values
 * are beyond the limits of their fields. The invalid message has the severity of the critical one, so that the rules match it which select
 * critical readings.
 */
export function probesOf(deviceId: string, now: number, of: Definition = definition): Probe[] {
  const critical = of.severity?.critical[0];
  const calm = of.severity?.good[0] ?? uncritical(of);
  const probe = (kind: Kind, reading: object): Probe =>
    probeOf(deviceId, kind, "telemetry", reading as Reading);
  const reading = (timestamp: number, severity: unknown, isCritical = false) => ({
    deviceId,
    timestamp,
    ...valuesOf(of, severity, isCritical),
  });
  return [
    ...(critical === undefined ? [] : [probe("critical", reading(now - 2000, critical, true))]),
    probe("invalid", { ...reading(now - 1000, critical), timestamp: "invalid on purpose" }),
    probe("valid", reading(now, calm)),
  ];
}

/** The valid reading of a device that is posted over HTTPS, older than those that are published, so that it is the newest of none. */
export const postedProbeOf = (
  deviceId: string,
  now: number,
  of: Definition = definition,
): Probe => {
  const calm = of.severity?.good[0] ?? uncritical(of);
  const reading = { deviceId, timestamp: now - 3000, ...valuesOf(of, calm, false) };
  return probeOf(deviceId, "valid", "posts", reading as Reading);
};

/** The log messages of a device, for integrations of those. */
export const logProbesOf = (deviceId: string, now: number): Probe[] => {
  const probe = (kind: Kind, text: string): Probe => {
    const message = { timestamp: now, text, language: "en" };
    return probeOf(deviceId, kind, "logs", { deviceId, ...message } as unknown as Reading);
  };
  return [probe("invalid", ""), probe("valid", `${remark}: the pump works well.`)];
};

function probeOf(deviceId: string, kind: Kind, channel: Medium, reading: Reading): Probe {
  const payload = Buffer.from(JSON.stringify(reading));
  const hash = hashOf(deviceId, payload);
  const id = kind === "invalid" ? {} : { id: idOf(reading) };
  return { ...{ kind, channel, payload, hash, reading }, ...id };
}

function valuesOf(of: Definition, severity: unknown, isCritical: boolean): Record<string, unknown> {
  const values = Object.entries(of.fields).map(([name, field]) => {
    if (name === of.severity?.field) return [name, severity] as const;
    if (name === of.remark && "mostBytes" in field)
      return [name, remark.slice(0, field.mostBytes)] as const;
    return [name, field.optional ? undefined : valueOf(field, isCritical)] as const;
  });
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

/** A value of the severity's field that is not critical, for definitions in which no value is called good. */
function uncritical({ fields, severity }: Definition): unknown {
  const field = severity && fields[severity.field];
  const values: readonly unknown[] =
    field?.type === "one of" ? field.values : field?.type === "boolean" ? [false, true] : [];
  return values.find((value) => !(severity?.critical as readonly unknown[]).includes(value));
}

function valueOf(field: Field, isCritical: boolean): unknown {
  switch (field.type) {
    case "one of":
      return field.values[0];
    case "boolean":
      return false;
    case "text":
      return "x";
    default: {
      const [from, to] =
        (isCritical && beyond(field)) || (field.usual ?? [field.least, field.most]);
      const middle = (from + to) / 2;
      return field.type === "integer" ? Math.round(middle) : middle;
    }
  }
}

/** The values of a field that are beyond its limit; undefined for a field without one. */
function beyond({ limit, least, most }: NumberField): [from: number, to: number] | undefined {
  if (!limit) return undefined;
  return "above" in limit ? [limit.above, most] : [least, limit.below];
}
