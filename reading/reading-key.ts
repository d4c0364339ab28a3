/**
 * The sort key of a stored message: its time in 13 digits, which every time from 2001 to 2286 has, and a digest of its bytes. So a
 * device's messages are in order of their times, a repetition takes the place of the first, and another message of the same time does
 * not.
 */
export const readingKeyName = "readingKey";

/**
 * The key as an expression of IoT SQL. `floor` makes an Int, whose String has no exponent.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-function-sha256
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-data-types.html
 */
export const readingKeySql =
  "concat(cast(floor(timestamp) AS String), '#', sha256(encode(*, 'base64')))";

const digits = 13;
const lastTime = 10 ** digits - 1;

/** The lowest and the highest key of the times from `from` to `to`, both included, in ms since the epoch. */
export function readingKeysBetween(from: number, to: number): { lowest: string; highest: string } {
  const inDigits = (time: number): string =>
    String(Math.min(Math.max(time, 0), lastTime)).padStart(digits, "0");
  // `~` comes after every digit of a digest.
  return { lowest: inDigits(from), highest: `${inDigits(to)}#~` };
}
