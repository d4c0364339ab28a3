/** One line of JSON, which CloudWatch Logs Insights can query by field. Payloads have no place in it. */
export function log(
  level: "info" | "warn" | "error",
  message: string,
  fields: Record<string, unknown> = {},
): void {
  console.log(JSON.stringify({ level, message, ...fields }));
}

/** An error in words, with its name, by which AWS's errors differ. */
export const describeError = (error: unknown): string =>
  error instanceof Error ? `${error.name}: ${error.message}` : String(error);
