interface Outcome {
  passed: number;
  failed: number;
  /** Full titles. */
  skipped: string[];
}

/** The end of every report: why anything was skipped, and one line that any tool can read. */
export function closingLines({ passed, failed, skipped }: Outcome): string[] {
  const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : "";
  return [
    ...skipped.map((title) => `  skipped: ${title}`),
    `${passed} passed, ${failed} failed${tail}`,
  ];
}
