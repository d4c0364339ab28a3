import type { Expression } from "../ast";
import { toText } from "../json";
import { type Format, formatOf } from "../time/format";
import { type Parse, parserOf } from "../time/parse";
import { zoneNamed } from "../time/zone";
import { toInt } from "../values";
import type { ArgumentProblem } from "../signature";
import { type FunctionTable, literalText, type SqlFunction } from "./function";

// A pattern or a zone that is none makes the result Undefined, as every invalid argument (page
// `iot-sql-data-types`); one written in the statement is refused at once.
function wrongFormat([pattern, , zone]: readonly Expression[]): ArgumentProblem | undefined {
  const text = literalText(pattern);
  if (pattern && text !== undefined && !formatOf(text)) {
    return { at: pattern, reason: `'${text}' is no date pattern of Joda-Time` };
  }
  const id = literalText(zone);
  if (zone && id !== undefined && !zoneNamed(id)) {
    return { at: zone, reason: `'${id}' is no time zone` };
  }
  return undefined;
}

function wrongParse([, pattern]: readonly Expression[]): ArgumentProblem | undefined {
  const text = literalText(pattern);
  if (!pattern || text === undefined || parserOf(text)) return undefined;
  return {
    at: pattern,
    reason: `'${text}' is no date pattern of Java, or has letters not read here`,
  };
}

// Remembers what a pattern was made into: the next message mostly has the same.
function remembering<Made>(make: (pattern: string) => Made): (pattern: string) => Made {
  let last: { pattern: string; made: Made } | undefined;
  return (pattern) => {
    if (last?.pattern !== pattern) last = { pattern, made: make(pattern) };
    return last.made;
  };
}

const parseTime: SqlFunction = {
  least: 2,
  most: 3,
  gives: "String",
  problem: wrongFormat,
  prepare: (_, [pattern, instant, zone]) => {
    const made = remembering<Format | undefined>(formatOf);
    return (scope) => {
      const format = toText(pattern?.(scope));
      const number = toInt(instant?.(scope));
      const id = zone ? toText(zone(scope)) : "UTC";
      const place = id === undefined ? undefined : zoneNamed(id);
      if (format === undefined || number === undefined || !place) return undefined;
      return made(format)?.(Number(number), place);
    };
  },
};

const timeToEpoch: SqlFunction = {
  least: 2,
  most: 2,
  gives: "Number",
  problem: wrongParse,
  prepare: (_, [time, pattern]) => {
    const made = remembering<Parse | undefined>(parserOf);
    return (scope) => {
      const text = toText(time?.(scope));
      const format = toText(pattern?.(scope));
      return text === undefined || format === undefined ? undefined : made(format)?.(text);
    };
  },
};

/** Dates as text (page `iot-sql-functions`). */
export const TIME_FUNCTIONS: FunctionTable = {
  parse_time: parseTime,
  time_to_epoch: timeToEpoch,
};
