import { createEnvelopeOpener, type Envelope } from "./envelope";
import { log, told } from "./log";
import type { Quarantine, QuarantineEntry } from "./quarantine";
import type { Reading, ReadingParser } from "./reading";

/** A record of a batch: how its source names it, and what it carries. */
export interface Incoming {
  /** What the source wants back for a record that failed: a message id, a sequence number. */
  id: string;
  body: string | Buffer;
}

export interface Accepted {
  id: string;
  reading: Reading;
  envelope: Envelope;
}

export interface Sorted {
  accepted: Accepted[];
  quarantined: number;
  /** Ids of invalid records that the quarantine did not take; nothing is lost if the source keeps them. */
  failed: string[];
}

/** Makes what parts a batch into readings and the rest, which goes to the quarantine in as few calls as it takes. */
export function createSorter(
  parse: ReadingParser,
  quarantine: Quarantine,
): (records: Incoming[]) => Promise<Sorted> {
  const openEnvelope = createEnvelopeOpener();
  return async (records) => {
    const accepted: Accepted[] = [];
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
    const failed = await setAside(refused, quarantine);
    return { accepted, quarantined: refused.length - failed.length, failed };
  };
}

const unopened = (body: string | Buffer): QuarantineEntry => ({
  reason: "not-an-envelope",
  detail: "The message did not come from a rule of this program.",
  payload: (typeof body === "string" ? Buffer.from(body) : body).toString("base64"),
});

/** Quarantines what was refused; answers with the ids of those that the quarantine did not take. */
async function setAside(
  refused: { id: string; entry: QuarantineEntry }[],
  quarantine: Quarantine,
): Promise<string[]> {
  if (refused.length === 0) return [];
  for (const { entry } of refused)
    log("warn", "quarantined", {
      deviceId: entry.deviceId,
      reason: entry.reason,
      detail: entry.detail,
    });
  try {
    const missed = new Set(await quarantine(refused.map(({ entry }) => entry)));
    return refused.filter((_, index) => missed.has(index)).map(({ id }) => id);
  } catch (error) {
    log("error", "the quarantine is out of reach", { error: told(error) });
    return refused.map(({ id }) => id);
  }
}
