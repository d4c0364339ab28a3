import type { UserProperties } from "mqtt-packet";

/** A property whose name may come several times. */
export interface UserProperty {
  key: string;
  value: string;
}

const ordered = new WeakMap<UserProperties, readonly UserProperty[]>();

/**
 * User properties as the packet library holds them, grouped by name; `pairsOf` returns the same ones in their order.
 */
export function groupedPairs(pairs: readonly UserProperty[]): UserProperties {
  const grouped = Object.create(null) as Record<string, string[]>;
  for (const { key, value } of pairs) (grouped[key] ??= []).push(value);
  ordered.set(grouped, pairs);
  return grouped;
}

/** User properties one by one, in the order of `groupedPairs`, or by name if the packet library read them. */
export const pairsOf = (properties: UserProperties = {}): readonly UserProperty[] =>
  ordered.get(properties) ?? flattened(properties);

/** True if the packet library, which writes them by name, would write user properties in another order. */
export function loseOrder(properties: UserProperties = {}): boolean {
  const written = flattened(properties);
  return pairsOf(properties).some(
    ({ key, value }, index) => written[index]?.key !== key || written[index].value !== value,
  );
}

const flattened = (properties: UserProperties): UserProperty[] =>
  Object.entries(properties).flatMap(([key, values]) =>
    [values].flat().map((value) => ({ key, value })),
  );

const identifier = 0x26;

/** The bytes of user properties in a packet, in their order. */
export const encodedPairs = (pairs: readonly UserProperty[]): Buffer =>
  Buffer.concat(
    pairs.flatMap(({ key, value }) => [
      Buffer.from([identifier]),
      encodedText(key),
      encodedText(value),
    ]),
  );

function encodedText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
}
