import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import { evaluate, parseDocument } from "../../../iam";
import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import type { Metrics } from "../cloudwatch";
import { openHoldingQueue } from "../delivery/holding-queue";
import type { Matches } from "../delivery/patterns/event-pattern";
import type { Archive } from "./archive";
import { asJson, readEvent, type BusEvent } from "./bus-event";
import type { DeliverEvent } from "./target-delivery";

export interface Rule {
  name: string;
  arn: string;
  enabled: boolean;
  matches: Matches;
  metrics: Metrics;
  targets: Map<string, DeliverEvent>;
}

/** One bus: its rules, its archives, and the holding queue into which the emulator puts all its events. */
export interface Bus {
  rules: Map<string, Rule>;
  archives: Map<string, Archive>;
  policy: string | undefined;
  /** Delivers an event to the targets of the rules that match it; only of these rules, if `ruleArns` names any. */
  dispatch(event: BusEvent, ruleArns?: readonly string[]): Promise<void>;
  /** Counts the events that wait or are being delivered. */
  held(): Promise<number>;
  stop(): Promise<void>;
}

/** The only rule on the emulator. The program's rules are matched here. */
const catchAll = "local-everything";

/** The most events that are delivered at a time. Events whose target is retried must not hold up the others. */
const concurrency = 64;

/**
 * Receives every event that is put on a bus. The emulator has checked the caller's signature and policies and has given the event its
 * id. It does not know the bus's own policy, so an event that this policy denies is dropped here, with a warning.
 */
export async function openBus(
  clients: Clients,
  trace: Trace,
  { name, arn }: { name: string; arn: string },
): Promise<Bus> {
  const events = clients.get(EventBridgeClient);
  const { accountId, region } = clients.account;
  const warn = (message: string): void =>
    trace.emit({ kind: "warning", part: "event bus", message });
  const busRule = { EventBusName: name, Rule: catchAll };
  const path = name === "default" ? catchAll : `${name}/${catchAll}`;
  const queue = await openHoldingQueue(clients, {
    purpose: "bus",
    sender: {
      service: "events.amazonaws.com",
      sourceArn: `arn:aws:events:${region}:${accountId}:rule/${path}`,
    },
    concurrency,
    warn: (reason) => warn(`An event of ${name} is kept and tried again: ${reason}`),
  });
  await events.send(
    new PutRuleCommand({
      EventBusName: name,
      Name: catchAll,
      EventPattern: JSON.stringify({ account: [accountId] }),
    }),
  );
  await events.send(
    new PutTargetsCommand({ ...busRule, Targets: [{ Id: "queue", Arn: queue.arn }] }),
  );

  const stopping = new AbortController();
  const bus: Bus = {
    rules: new Map(),
    archives: new Map(),
    policy: undefined,
    async dispatch(event, ruleArns) {
      const matching = [...bus.rules.values()].filter(
        (rule) =>
          rule.enabled && (ruleArns?.includes(rule.arn) ?? true) && rule.matches(asJson(event)),
      );
      const deliveries = matching.flatMap((rule) => {
        rule.metrics.count({ MatchedEvents: 1, TriggeredRules: 1 });
        trace.emit({ kind: "event-matched", bus: name, rule: rule.name, eventId: event.id });
        return [...rule.targets.values()].map((deliver) => deliver(event));
      });
      await Promise.all(deliveries);
    },
    held: () => queue.held(),
    async stop() {
      stopping.abort();
      await serving;
      await Promise.all([...bus.rules.values()].map(({ metrics }) => metrics.idle()));
      await events.send(new RemoveTargetsCommand({ ...busRule, Ids: ["queue"] }));
      await events.send(new DeleteRuleCommand({ EventBusName: name, Name: catchAll }));
      await queue.close();
    },
  };

  const serving = queue.serve(async (body) => {
    const event = readEvent(body);
    if (bus.policy && isDenied(bus.policy, arn, event, accountId)) {
      warn(
        `The policy of bus ${name} denies an event of source ${event.source}: AWS would have refused it, here it is dropped.`,
      );
      return;
    }
    for (const archive of bus.archives.values()) archive.keep(event);
    await bus.dispatch(event);
  }, stopping.signal);
  return bus;
}

/** The principal that put an event is not known here, so only what a policy denies to everyone counts. */
function isDenied(policy: string, arn: string, event: BusEvent, accountId: string): boolean {
  const { statement } = evaluate({
    documents: [parseDocument(policy)],
    principal: { kind: "AWS", name: accountId },
    action: "events:PutEvents",
    resource: arn,
    context: {
      "events:source": event.source,
      "events:detail-type": event["detail-type"],
      "aws:SecureTransport": "true",
    },
  });
  return statement?.effect === "Deny";
}
