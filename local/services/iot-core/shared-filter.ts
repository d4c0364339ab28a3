/** The parts of a shared subscription's filter, `$share/<name>/<filter>`. */
export interface SharedFilter {
  name: string;
  filter: string;
}

const prefix = "$share/";
const longestNameCharacters = 128;

/**
 * The broker library refuses shared subscriptions of MQTT 5 by their prefix, so that it sees another one, with a character that no
 * filter may have.
 */
const keptPrefix = "\0share/";

/** The filter as the broker library keeps it. */
export const keptFilter = (filter: string): string =>
  filter.startsWith(prefix) ? keptPrefix + filter.slice(prefix.length) : filter;

/** The filter as the client sent it. */
export const sentFilter = (kept: string): string =>
  kept.startsWith(keptPrefix) ? prefix + kept.slice(keptPrefix.length) : kept;

/** Undefined for a filter that is not a shared subscription's. */
export function sharedFilter(filter: string): SharedFilter | undefined {
  if (!filter.startsWith(prefix)) return undefined;
  const [, name = "", ...levels] = filter.split("/");
  return { name, filter: levels.join("/") };
}

/** The filter by which a subscription, shared or not, matches topics. */
export const matchedBy = (filter: string): string => sharedFilter(filter)?.filter ?? filter;

/**
 * Says in one sentence why a shared subscription's name is illegal; undefined for a legal one, and for other filters.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html#mqtt5-shared-subscription
 */
export function shareNameFault(filter: string): string | undefined {
  const shared = sharedFilter(filter);
  if (!shared) return undefined;
  const { name } = shared;
  if (name === "") return `Filter '${filter}' has no name; write $share/<name>/<filter>.`;
  if (/[+#]/.test(name)) return `Filter '${filter}' has a wildcard in its name '${name}'.`;
  return [...name].length > longestNameCharacters
    ? `Filter '${filter}' has a name of more than ${longestNameCharacters} characters.`
    : undefined;
}
