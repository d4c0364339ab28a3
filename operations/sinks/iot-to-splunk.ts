import type { Sink } from "./search";

/**
 * Only Splunk can be asked for the events in its index, with an account that the stack does not have. So only the quarantine is looked up
 * here; the local run reads the index of its double.
 */
export const sink: Sink = {
  expects: () => false,
  stored: () => Promise.resolve(new Set()),
  sharedFailures: [],
  tables: [],
};
