import { randomUUID } from "node:crypto";
import { log } from "../shared/log";
import type { Acknowledgements } from "./acknowledgements";
import type { Send } from "./collector";

/** An event, and the messages of the batch that it stands for. */
export interface Entry {
  readingId: string;
  text: string;
  ids: string[];
}

/** The messages that stay in the queue. */
export interface Kept {
  /** Their events are not accepted. */
  failed: string[];
  /** Their events are accepted and not yet acknowledged. */
  waiting: string[];
}

/** The most bytes of one request, before compression: Splunk Cloud accepts 1 MB. */
const mostBytes = 1_000_000;

/**
 * Makes the function that sends entries, as many in a request as it takes. A request that fails does not fail the others, and an event
 * that the collector refuses is taken out, and the others are sent again. No request begins once `inTime` returns false.
 */
export function createSending(
  send: Send,
  acknowledgements: Acknowledgements | undefined,
): (entries: Entry[], inTime: () => boolean) => Promise<Kept> {
  return async (entries, inTime) => {
    const kept: Kept = { failed: [], waiting: [] };
    const idsOf = (some: Entry[]): string[] => some.flatMap(({ ids }) => ids);
    for (const request of requestsOf(entries)) {
      let rest = request;
      while (rest.length > 0) {
        if (!inTime()) {
          kept.failed.push(...idsOf(rest));
          break;
        }
        const channel = acknowledgements && randomUUID();
        const sent = await send(
          rest.map(({ text }) => text),
          channel,
        );
        if (sent.kind === "accepted") {
          if (acknowledgements && channel !== undefined && sent.ackId !== undefined) {
            const readingIds = rest.map(({ readingId }) => readingId);
            acknowledgements.remember(readingIds, { channel, ackId: sent.ackId });
            kept.waiting.push(...idsOf(rest));
          }
          break;
        }
        log("error", "events not accepted", { error: sent.reason });
        const refused = sent.kind === "refused event" ? rest[sent.position] : undefined;
        kept.failed.push(...(refused?.ids ?? idsOf(rest)));
        if (!refused) break;
        rest = rest.filter((entry) => entry !== refused);
      }
    }
    return kept;
  };
}

function requestsOf(entries: Entry[]): Entry[][] {
  const requests: Entry[][] = [];
  let bytes = Infinity;
  for (const entry of entries) {
    const size = Buffer.byteLength(entry.text);
    if (bytes + size > mostBytes) {
      requests.push([]);
      bytes = 0;
    }
    requests[requests.length - 1]?.push(entry);
    bytes += size;
  }
  return requests;
}
