import { SQSClient } from "@aws-sdk/client-sqs";
import { createQuarantineReader } from "../../operations/sinks/queues";
import { peeking } from "./peeking";
import type { Deployment } from "../deployment";
import type { Platform } from "../platform";
import type { Fleet } from "../devices/fleet";
import type { DeviceMessage } from "../devices/message";
import type { Row } from "../report/table";
import type { Medium } from "../../reading/channel";
import type { StackOutputs } from "../../operations/stack-outputs";
import { balance, conclusion, isBalanced } from "./balance";
import { destinationsOf } from "./destinations";
import { integrationAudits } from "./integration-audits";
import { countMatches } from "./matches";
import { countRules } from "./rule-counts";
import { createPublishedMessages, type Published } from "./published-messages";

/** Which messages were published, and where each of them ended. */
export interface Audit {
  /** The channels of the messages that the integrations of the stack have to have. */
  channels: ReadonlySet<Medium>;
  /** Adds a message that the broker acknowledged, or an image that S3 has taken. */
  published: (message: DeviceMessage | Published) => void;
  /** Counts messages while the run lasts. */
  soFar: () => Promise<Row[]>;
  /** A sentence for each integration of which the last count could not read everything, such as a table that is deleted. */
  notCounted: () => string[];
  /** What the rules have done so far, for a program without an integration that is audited; otherwise empty. */
  rulesSoFar: () => string[];
  /** Looks up every message by its id, and checks the answers of integrations that give some. */
  conclude(): Promise<{ rows: Row[]; sentences: string[]; passed: boolean }>;
  close(): void;
}

export interface AuditArgs {
  platform: Platform;
  deployment: Deployment;
  outputs: StackOutputs;
  fleet: Fleet;
}

export async function startAudit(args: AuditArgs): Promise<Audit> {
  const { platform, deployment, outputs, fleet } = args;
  const evidence = { platform, deployment, outputs, acks: fleet.acks };
  const messages = createPublishedMessages();
  const matches = countMatches(platform.trace, deployment);
  const rules = countRules(platform.trace, deployment);
  const audits = await integrationAudits(outputs);
  const quarantinedIn = createQuarantineReader(
    platform.clients.get(SQSClient),
    peeking(platform.clients.account),
  );
  const all = audits.flatMap(({ stem, sink }) =>
    sink ? destinationsOf(evidence, { integration: stem, sink }, quarantinedIn) : [],
  );
  // A failures queue may hold a message from the start: the one by which S3 tests its notifications.
  const before = await Promise.all(all.map(({ count }) => count([])));
  const channels = new Set(
    audits.flatMap(({ sink }) => (sink ? (sink.channel ?? "telemetry") : [])),
  );
  /** What prevents the count of an integration, by its stem. */
  const obstacles = new Map<string, string>();
  return {
    channels,
    published: (message) => messages.add(message),
    async soFar() {
      const published = messages.all();
      return Promise.all(
        all.map(async ({ integration, expects, count }, index): Promise<Row> => {
          const expected = published.filter(expects);
          const { stored, muted, quarantined, setAside: held, obstacle } = await count(expected);
          if (obstacle === undefined) obstacles.delete(integration);
          else obstacles.set(integration, obstacle);
          const setAside = held - (before[index]?.setAside ?? 0);
          const publishes = expected.reduce((sum, one) => sum + one.publishes, 0);
          return {
            ...{ integration, stored, muted, quarantined, setAside },
            published: publishes,
            matched: matches.of(integration),
            repeated: publishes - expected.length,
            rest: Math.max(0, expected.length - stored - muted - quarantined - setAside),
          };
        }),
      );
    },
    notCounted: () =>
      [...obstacles].map(
        ([integration, why]) => `${integration} cannot be counted completely: ${why}`,
      ),
    rulesSoFar: () => (audits.length === 0 ? rules.sentences() : []),
    async conclude() {
      const published = messages.all();
      if (audits.length === 0)
        return {
          rows: [],
          sentences: [
            ...rules.sentences(),
            "The program exports no integration of this project, so no message was looked up in its destination.",
          ],
          passed: rules.passed(),
        };
      const results = await balance(published, all);
      const rows = results.map(({ lost, twice: _, ...result }) => ({
        ...result,
        matched: matches.of(result.integration),
        rest: lost.length,
      }));
      const made = await Promise.all(audits.map(async (one) => one.check?.(evidence)));
      // Their messages reach the other integrations too, whose checks are over.
      const probes = [];
      for (const one of audits) if (one.probe) probes.push(await one.probe(evidence));
      const checks = [...made.filter((check) => check !== undefined), ...probes];
      return {
        rows: [...rows, ...probes.map(({ row }) => row)],
        sentences: [...conclusion(results, published), ...checks.map(({ sentence }) => sentence)],
        passed: isBalanced(results) && checks.every(({ passed }) => passed),
      };
    },
    close() {
      matches.stop();
      rules.stop();
    },
  };
}
