import { idOf, type Sink } from "./search";

/** Readings that were acknowledged to their device. */
export const sink: Sink = {
  expects: () => true,
  stored: async ({ acks }) => new Set(Array.from(acks(), idOf)),
  sharedFailures: [],
  tables: [],
};
