import type { Reading } from "../../reading/reading";
import { createEnvelopeOpener, type Envelope } from "./envelope";
import type { Invalid } from "./invalid";
import { describeError, log } from "./log";
import type { Quarantine, QuarantineEntry } from "./quarantine";

/** A record of a batch: how its source names it, and what it carries. */
export interface Incoming {
  /** What the source expects back for a record that failed: a message id, a sequence number. */
  id: string;
  body: string | Buffer;
}

/** A valid record, and what its parser read in it. */
export interface Accepted<R = Reading> {
  id: string;
  reading: R;
  envelope: Envelope;
}

export interface SplitBatch<R = Reading> {
  accepted: Accepted<R>[];
  quarantined: number;
  /** Ids of invalid records that the quarantine did not take; nothing is lost if the source keeps them. */
  failed: string[];
}

/** Decides whether a message is valid, and reads it. */
type Parser<R> = (envelope: Envelope) => { ok: true; reading: R } | ({ ok: false } & Invalid);

/**
 * Makes the function that splits a batch into valid readings and invalid records, and quarantines the invalid ones in as few calls
 * as possible.
 */
export function createBatchSplitter<R = Reading>(
  parse: Parser<R>,
  quarantine: Quarantine,
): (records: Incoming[]) => Promise<SplitBatch<R>> {
  const openEnvelope = createEnvelopeOpener();
  return async (records) => {
    const accepted: Accepted<R>[] = [];
    const refused: { id: string; entry: QuarantineEntry }[] = [];
    for (const { id, body } of records) {
      const envelope = openEnvelope(body.toString());
      if (!envelope) {
        refused.push({ id, entry: unopened(body) });
        continue;
      }
      const verdict = parse(envelope);
      if (verdict.ok) accepted.push({ id, reading: verdict.reading, envelope });
      else {
        const { reason, detail } = verdict;
        refused.push({ id, entry: { reason, detail, ...envelope } });
      }
    }
    const failed = await quarantineAll(refused, quarantine);
    return { accepted, quarantined: refused.length - failed.length, failed };
  };
}

const unopened = (body: string | Buffer): QuarantineEntry => ({
  reason: "not-an-envelope",
  detail: "The message did not come from a rule of this program.",
  payload: (typeof body === "string" ? Buffer.from(body) : body).toString("base64"),
});

/** Puts records into a quarantine or a failures queue; returns the ids of those that it did not take. */
export async function quarantineAll(
  refused: { id: string; entry: QuarantineEntry }[],
  quarantine: Quarantine,
  said: "quarantined" | "set aside" = "quarantined",
): Promise<string[]> {
  if (refused.length === 0) return [];
  for (const { entry } of refused)
    log("warn", said, {
      deviceId: entry.deviceId,
      reason: entry.reason,
      detail: entry.detail,
    });
  try {
    const missed = new Set(await quarantine(refused.map(({ entry }) => entry)));
    return refused.filter((_, index) => missed.has(index)).map(({ id }) => id);
  } catch (error) {
    log("error", "the quarantine is out of reach", { error: describeError(error) });
    return refused.map(({ id }) => id);
  }
}
