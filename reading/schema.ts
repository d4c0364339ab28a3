import * as v from "valibot";
import { storable } from "./characters";
import type { Definition, Field, NumberField } from "./definition";
import { definition } from "./fields";
import type { Reading } from "./reading";

/** What a timestamp must be, in words. */
export const timeDemand = "a whole number of milliseconds since the epoch";

/** What a number must be, in words. */
export const demandOf = ({ type, least, most }: NumberField): string =>
  `a ${type === "integer" ? "whole number" : "number"} from ${least} to ${most}`;

/**
 * What a device may send, as a schema; further members are left out of the output. Makes a new one for each caller, since callbacks
 * have no module state. A check's message says what the value must be.
 */
export function createReadingSchema({ fields }: Definition = definition): v.GenericSchema<
  unknown,
  Reading
> {
  const device = "1 to 128 letters, digits, ':', '_' and '-'";
  const declared = Object.entries(fields).map(([name, field]) => {
    const schema = schemaOf(field);
    return [name, field.optional ? v.optional(schema) : schema];
  });
  const schema = v.object({
    deviceId: v.pipe(v.string(device), v.regex(/^[A-Za-z0-9:_-]{1,128}$/, device)),
    timestamp: v.pipe(v.number(timeDemand), v.integer(timeDemand)),
    ...(Object.fromEntries(declared) as v.ObjectEntries),
  });
  return schema as unknown as v.GenericSchema<unknown, Reading>;
}

function schemaOf(field: Field): v.GenericSchema {
  switch (field.type) {
    case "number":
    case "integer": {
      const { least, most } = field;
      const bounds = demandOf(field);
      return v.pipe(
        field.type === "integer" ? v.pipe(v.number(bounds), v.integer(bounds)) : v.number(bounds),
        v.minValue(least, bounds),
        v.maxValue(most, bounds),
      );
    }
    case "text": {
      const { byteLength } = Buffer;
      const longest = field.mostBytes;
      const legal = /^[\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]*$/u;
      return v.pipe(
        v.string("text"),
        v.check((text) => byteLength(text) <= longest, `at most ${longest} bytes of UTF-8`),
        // A check, not a pattern: the API's contract would show it, and few languages read patterns of JavaScript.
        v.check((text) => legal.test(text), storable),
      );
    }
    case "boolean":
      return v.boolean("true or false");
    case "one of":
      return v.picklist(field.values, alternatives(field.values));
  }
}

/** `"ok", "warning" or "critical"` */
function alternatives(words: readonly string[]): string {
  const quoted = words.map((word) => `"${word}"`);
  const last = quoted.pop() ?? "";
  return quoted.length === 0 ? last : `${quoted.join(", ")} or ${last}`;
}
