import type { Deployment } from "../deployment";
import type { Platform } from "../platform";
import type { DeviceMessage } from "../devices/message";
import type { Fleet } from "../devices/fleet";
import type { Row } from "../report/table";
import { isBalanced, settleAccount, verdict } from "./account";
import { createLedger } from "./ledger";
import { countMatches } from "./matches";
import { placesOf } from "./places";
import type { Outputs } from "./sinks";
import { apiSentence, auditApi, isFaultless } from "./sinks/api-to-devices";

/** What was published, and what became of it. */
export interface Books {
  /** Writes down a message that the broker has acknowledged. */
  record: (message: DeviceMessage) => void;
  /** Counts, as of now. */
  soFar: () => Promise<Row[]>;
  /** The final account: every message looked up by its id. */
  settle(): Promise<{ rows: Row[]; sentences: string[]; balanced: boolean }>;
  close(): void;
}

export interface BooksArgs {
  platform: Platform;
  deployment: Deployment;
  outputs: Outputs;
  fleet: Fleet;
}

export async function openBooks(args: BooksArgs): Promise<Books> {
  const { platform, deployment, outputs, fleet } = args;
  const ledger = createLedger();
  const matches = countMatches(platform.trace, deployment);
  const places = placesOf({ platform, deployment, outputs, acks: fleet.acks });
  // A failures queue may have something from the start: the message by which S3 tries it out.
  const before = await Promise.all(places.map(({ filling }) => filling()));
  return {
    record: (message) => ledger.record(message),
    async soFar() {
      const all = ledger.entries();
      return Promise.all(
        places.map(async ({ integration, takes, filling }, index): Promise<Row> => {
          const { stored: ids, quarantined, setAside: held } = await filling();
          const setAside = held - (before[index]?.setAside ?? 0);
          const entries = all.filter(takes);
          const published = entries.reduce((sum, { publishes }) => sum + publishes, 0);
          const repeated = published - entries.length;
          const stored = entries.filter(({ id }) => id !== undefined && ids.has(id)).length;
          const matched = matches.of(integration);
          // An invalid message that was repeated is in the quarantine twice.
          const rest = Math.max(0, entries.length - stored - quarantined - setAside);
          const counts = { published, matched, repeated, stored, quarantined, setAside, rest };
          return { integration, ...counts };
        }),
      );
    },
    async settle() {
      const entries = ledger.entries();
      const lines = await settleAccount(entries, places);
      const rows = lines.map(({ lost, twice: _, ...line }) => ({
        ...line,
        matched: matches.of(line.integration),
        rest: lost.length,
      }));
      const api = await auditApi({ platform, outputs });
      return {
        rows,
        sentences: [...verdict(lines, entries), ...(api ? [apiSentence(api)] : [])],
        balanced: isBalanced(lines) && (!api || isFaultless(api)),
      };
    },
    close: matches.stop,
  };
}
