import type { Expression, Statement } from "../ast";
import type { Finding } from "../problem";
import { isBasicIngest } from "../topic-filter";

/** Warns of topic(n) for a level that no topic of the filter has. */
export function checkLevels(parts: readonly Expression[], filter: string | undefined): Finding[] {
  const open = filter === undefined || filter.endsWith("#") || isBasicIngest(filter);
  const levels = open ? Infinity : filter.split("/").length;
  return parts.flatMap((part) => {
    if (part.kind !== "call" || part.name.toLowerCase() !== "topic") return [];
    const [level] = part.args;
    if (level?.kind !== "literal" || typeof level.value !== "number") return [];
    if (level.value >= 1 && level.value < levels + 1) return [];
    const reason =
      level.value < 1
        ? "levels count from 1, so this is always Undefined"
        : `topics of '${filter}' have ${levels} levels, so this is always Undefined`;
    return [{ code: "topic-level", severity: "warning", reason, position: part.position }];
  });
}

/** Warns of a rule that takes every message below a topic, and of one whose filter matches no message. */
export function checkFilterOf({ topicFilter = "", where, source }: Statement): Finding[] {
  const position = source.indexOf(`'${topicFilter}'`);
  if (isBasicIngest(topicFilter)) {
    const reason =
      "the FROM clause has no effect: a topic of Basic Ingest names its rule, and no rule can subscribe to it; leave FROM out";
    return [{ code: "no-effect", severity: "warning", reason, position }];
  }
  if (where || !topicFilter.endsWith("#")) return [];
  const reason = `'${topicFilter}' takes every message below it, and each is billed; add WHERE or name the levels`;
  return [{ code: "fan-out", severity: "warning", reason, position }];
}
