/** What every field may say of itself. */
interface Common {
  /** Names the value in words, after it in alerts (`40 % humidity`). Leave it out where the unit says enough (`21 °C`). */
  label?: string;
  /** Whether a device may leave the field out. @default false */
  optional?: boolean;
  /** Other names of the field's column in recordings; case and punctuation do not matter. */
  aliases?: readonly string[];
}

/** A number, or a whole number. */
export interface NumberField extends Common {
  type: "number" | "integer";
  /** As people write it: `°C`, `%`, `km/h`. */
  unit?: string;
  /** The bounds, both included. A value outside of them makes the message invalid. */
  least: number;
  most: number;
  /** Beyond it a valid value is unusual: iot-to-step-functions sends an alert. Its setting `limits` overrides the number. */
  limit?: { above: number } | { below: number };
  /** Where simulated devices keep the value most of the time. @default the middle half of the bounds */
  usual?: readonly [number, number];
}

/** Well-formed text. */
export interface TextField extends Common {
  type: "text";
  /** The longest text, in bytes of UTF-8. */
  mostBytes: number;
}

export interface BooleanField extends Common {
  type: "boolean";
}

/** One of a few words. */
export interface ChoiceField extends Common {
  type: "one of";
  values: readonly [string, ...string[]];
}

export type Field = NumberField | TextField | BooleanField | ChoiceField;

/** Which field says how serious a reading is, and which of its values mean what. A value may mean nothing. */
export interface Severity {
  /** A field of the type `one of` or `boolean`. */
  field: string;
  critical: readonly (string | boolean)[];
  warning: readonly (string | boolean)[];
  good: readonly (string | boolean)[];
}

/** Which times of readings are plausible, relative to when AWS IoT received them. Others make the message invalid. */
export interface Clock {
  /** A reading of the future prevails over all that follow until its time has come, so this is how long a wrong clock can do that. */
  minutesAhead: number;
  daysBehind: number;
}

/** The fields of a message. `deviceId` and `timestamp` (integer, ms since the epoch) are always there and are not declared. */
export interface Definition {
  /** By name: letters only, beginning with a small one. */
  fields: Readonly<Record<string, Field>>;
  /** Without it, integrations that act on critical readings are refused. */
  severity?: Severity;
  /** The text field in which a device says something to people; alerts quote it. */
  remark?: string;
  /** @default 5 minutes ahead, 7 days behind */
  clock?: Clock;
  /** `ignored`: a message with further fields is valid, and they are never copied. `refused`: it is invalid. */
  unknownFields: "ignored" | "refused";
}
