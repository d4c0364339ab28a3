import type { Definition } from "../../reading/definition";
import type { Reading } from "../../reading/reading";
import { spoilsOf } from "./invalid";
import type { DeviceMessage } from "./message";
import type { Random } from "./random";
import { createSensor } from "./sensor";

/** Generates what a device publishes that is taken over. */
export interface Attacker {
  /** The next message; `timestamp` is later than that of the one before. */
  next(timestamp: number): Pick<DeviceMessage, "payload" | "kind">;
}

/** Creates a payload; `last` is the reading that was sent before. */
type Attack = (fresh: Reading, last: Reading) => string | Uint8Array;

/** Text that reads from the right, hides characters and looks like a link and like an escape sequence of terminals. */
const misleading = "\u202ehttps://example.com/pay?now\u202c \u200bcall +1 555 0100 \\u001b[2J ";

/**
 * Takes attacks in turn: critical readings without end, conditions that change back and forth, other readings of the same time, texts that
 * mislead people, values and sizes at the limits of what services take, and every kind of invalid message.
 */
export function createAttacker(deviceId: string, random: Random, of: Definition): Attacker {
  const sensor = createSensor(deviceId, random, of);
  const kinds = [...attacksOf(of), ...spoilsOf(of)];
  let last = sensor.measure(0, true);
  let made = 0;
  return {
    next(timestamp) {
      // Every other message is of the flood.
      const [kind, attack] =
        made % 2 === 0
          ? flood
          : (kinds[((made - 1) / 2) % kinds.length] as readonly [string, Attack]);
      made += 1;
      const fresh = sensor.measure(timestamp, true);
      const payload = Buffer.from(attack(fresh, last) as string);
      last = fresh;
      return { payload, kind: `hostile, ${kind}` };
    },
  };
}

const json = (value: object): string => JSON.stringify(value);

const flood = ["flood", (fresh: Reading) => json(fresh)] as const;

function attacksOf(of: Definition): (readonly [string, Attack])[] {
  const { fields, severity } = of;
  const [text] = Object.entries(fields).flatMap(([name, field]) =>
    field.type === "text" ? [{ name, mostBytes: field.mostBytes }] : [],
  );
  const [number] = Object.entries(fields).flatMap(([name, field]) =>
    field.type === "number" && field.least <= 0 && field.most >= 0 ? [name] : [],
  );
  const written = (reading: Reading, name: string, value: string): string =>
    json({ ...reading, [name]: "@" }).replace('"@"', value);
  const all: (readonly [string, Attack] | false | undefined)[] = [
    severity && [
      "flapping",
      (fresh) => json({ ...fresh, [severity.field]: severity.good[0] ?? severity.warning[0] }),
    ],
    ["same time, other reading", (fresh, last) => json({ ...fresh, timestamp: last.timestamp })],
    text && [
      "misleading text",
      (fresh) => json({ ...fresh, [text.name]: misleading.slice(0, text.mostBytes / 4) }),
    ],
    text && [
      "text of most bytes",
      (fresh) => json({ ...fresh, [text.name]: '"'.repeat(text.mostBytes) }),
    ],
    number !== undefined && ["tiny number", (fresh) => written(fresh, number, "1e-140")],
    number !== undefined && ["negative zero", (fresh) => written(fresh, number, "-0.0")],
    number !== undefined && [
      "number of many digits",
      (fresh) => written(fresh, number, `0.${"3".repeat(2000)}`),
    ],
    [
      "unknown fields",
      (fresh) =>
        json({
          ...Object.fromEntries(Array.from({ length: 4000 }, (_, nth) => [`x${nth}`, "\\u001b["])),
          ...fresh,
        }),
    ],
    [
      "repeated keys",
      (fresh) => `${json(fresh).slice(0, -1)},"deviceId":${json([fresh.deviceId]).slice(1, -1)}}`,
    ],
  ];
  return all.filter((one) => one !== false && one !== undefined);
}
