import type { Sink } from "./search";

/**
 * Only Datadog can be asked for points, with an application key that the stack does not have. So only the quarantine is looked up here; the
 * local run reads the points of its double.
 */
export const sink: Sink = {
  expects: () => false,
  stored: () => Promise.resolve(new Set()),
  sharedFailures: [],
  tables: [],
};
