/**
 * The time of a point in ns since the epoch: the reading's millisecond, and within it a place that the values decide. A repetition of a
 * reading is the same point; another reading of the same millisecond is another point with a probability of 999,999 in a million,
 * where it would otherwise overwrite the first one, field by field.
 * @see https://docs.influxdata.com/influxdb3/core/reference/line-protocol/
 */
export const pointTime = (timestamp: number, values: string): string =>
  String(BigInt(timestamp) * 1_000_000n + BigInt(spread(values)));

/** A number from 0 to 999,999 that the text alone decides (FNV-1a of 32 bits). */
function spread(text: string): number {
  let hash = 2_166_136_261;
  for (let index = 0; index < text.length; index++)
    hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619);
  return (hash >>> 0) % 1_000_000;
}
