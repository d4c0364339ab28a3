import { BASIC_INGEST, topicLevels } from "./message";

// AWS IoT Core quotas for topics and topic filters.
const MOST_LEVELS = 8;
const MOST_BYTES = 256;

/** Says why AWS IoT refuses a subscription's topic filter, as a clause; undefined for a legal one. */
export function checkTopicFilter(filter: string): string | undefined {
  // Page `iot-basic-ingest`: devices and rules cannot subscribe to these topics.
  const reserved = isBasicIngest(filter);
  return (
    checkFilter(filter) ??
    (reserved ? `nothing can subscribe to ${BASIC_INGEST} topics` : undefined)
  );
}

/**
 * The same for the filter of a FROM clause. Deployed rules name topics of Basic Ingest there, which has no effect: such a message
 * names its rule. Their prefix does not count towards the limits.
 */
export function checkFromFilter(filter: string): string | undefined {
  return checkFilter(filter, isBasicIngest(filter) ? topicLevels(filter).join("/") : filter);
}

/** Whether a filter is for topics of Basic Ingest, which no filter matches. */
export function isBasicIngest(filter: string): boolean {
  return filter.startsWith(BASIC_INGEST);
}

function checkFilter(filter: string, counted = filter): string | undefined {
  const levels = filter.split("/");
  if (filter === "") return "it is empty";
  if (filter.includes("\0")) return "it has a null character";
  if (Buffer.byteLength(counted) > MOST_BYTES) return `it is longer than ${MOST_BYTES} bytes`;
  if (counted.split("/").length > MOST_LEVELS) return `it has more than ${MOST_LEVELS} levels`;
  if (levels.some((level) => level.includes("+") && level !== "+")) {
    return "'+' must stand alone in its level";
  }
  const wild = levels.findIndex((level) => level.includes("#"));
  if (wild >= 0 && (wild < levels.length - 1 || levels[wild] !== "#")) {
    return "'#' must stand alone in the last level";
  }
  return undefined;
}

/** Prepares a legal filter for many topics. */
export function topicMatcher(filter: string): (topic: string) => boolean {
  const levels = filter.split("/");
  const open = levels[levels.length - 1] === "#";
  const fixed = open ? levels.slice(0, -1) : levels;
  // MQTT 3.1.1 section 4.7.2; page `topics` is silent about it.
  const hidesReserved = levels[0] === "+" || levels[0] === "#";
  return (topic) => {
    // Basic Ingest goes past the message broker, so no filter sees its topics (page
    // `iot-basic-ingest`).
    if (topic.startsWith(BASIC_INGEST) || (hidesReserved && topic.startsWith("$"))) return false;
    const actual = topic.split("/");
    // `sensor/#` matches `sensor/` and below but not `sensor` (page `topics`), unlike the MQTT
    // standard.
    const enough = open ? actual.length > fixed.length : actual.length === fixed.length;
    return enough && fixed.every((level, index) => level === "+" || level === actual[index]);
  };
}

/**
 * Whether a legal filter matches a topic, by the rules of AWS IoT, which differ from the MQTT
 * standard's.
 */
export function topicMatches(filter: string, topic: string): boolean {
  return topicMatcher(filter)(topic);
}
