import { escapeUnprintable, shorten } from "./printable";

/**
 * One line of JSON, which CloudWatch Logs Insights can query by field. Payloads have no place in it. Texts that devices choose, such as
 * the detail of an invalid message, are cut and escaped, since a terminal may show the log.
 */
export function log(
  level: "info" | "warn" | "error",
  message: string,
  fields: Record<string, unknown> = {},
): void {
  const cut = (_name: string, value: unknown): unknown =>
    typeof value === "string" ? shorten(value) : value;
  console.log(escapeUnprintable(JSON.stringify({ level, message, ...fields }, cut)));
}

/** An error in words, with its name, by which AWS's errors differ. */
export const describeError = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
