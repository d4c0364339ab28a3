import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { createMetrics } from "../cloudwatch";
import { createConcurrencyLimit, mostFunctions } from "../delivery/concurrency-limit";
import { compilePattern } from "../delivery/patterns/event-pattern";
import { idlePause, pause } from "../delivery/pause";
import { createArchive, type Archive } from "./archive";
import { openBus, type Bus, type Rule } from "./bus";
import type { BusEvent } from "./bus-event";
import {
  busNameOf,
  refuseArchive,
  refuseRule,
  refuseTarget,
  type ArchiveInputs,
  type BusPolicyInputs,
  type RuleInputs,
  type TargetInputs,
} from "./bus-inputs";
import { createTargetDelivery } from "./target-delivery";

export interface EventBusesArgs {
  clients: Clients;
  trace: Trace;
  /** Milliseconds since the epoch, against which events age and archives expire. @default Date.now */
  now?: () => number;
  /** Before the first retry; doubles up to 64 times. @default 100 */
  retryDelayMilliseconds?: number;
}

interface ReplayArgs {
  name: string;
  /** The archive's ARN. */
  archiveArn: string;
  from: Date;
  to: Date;
  /** @default all rules of the bus */
  ruleArns?: string[];
}

/** The rules, targets, archives and policies of the account's buses. A bus must exist before its first rule. */
export interface EventBuses {
  addRule(inputs: RuleInputs): Promise<{ arn: string }>;
  addTarget(inputs: TargetInputs): void;
  addArchive(inputs: ArchiveInputs): Promise<{ arn: string }>;
  setPolicy(inputs: BusPolicyInputs): Promise<void>;
  /**
   * Replays archived events to the rules, with `replay-name`, and without archiving them again, as StartReplay does. Resolves when they
   * are delivered.
   */
  replay(args: ReplayArgs): Promise<{ events: number }>;
  /** Returns the events of an archive, by its name; none if there is no such archive. */
  archived(archiveName: string): BusEvent[];
  /** What AWS counts for a rule in the namespace `AWS/Events`. */
  metricsOf(ruleArn: string): Readonly<Record<string, number>>;
  /** Resolves when every event that was put before the call is delivered, processed or set aside. */
  idle(): Promise<void>;
  /** Counts the events that wait or are being delivered, of the bus that has the most. */
  fullest(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * Delivers the events of buses with the retry policies, dead-letter queues and permissions that the emulator ignores. Global endpoints,
 * schema discovery, schedules and other accounts are left out.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus.html
 */
export function startEventBuses({
  clients,
  trace,
  now = Date.now,
  retryDelayMilliseconds = 100,
}: EventBusesArgs): EventBuses {
  const { accountId, region } = clients.account;
  const regional = (resource: string): string =>
    `arn:aws:events:${region}:${accountId}:${resource}`;
  const buses = new Map<string, Promise<Bus>>();
  const limit = createConcurrencyLimit(mostFunctions);
  const stopping = new AbortController();
  const rules = new Map<string, Rule>();
  const archives = new Map<string, Archive>();

  const busOf = (nameOrArn: string | undefined): Promise<Bus> => {
    const name = busNameOf(nameOrArn);
    const known = buses.get(name);
    if (known) return known;
    const opened = openBus(clients, trace, { name, arn: regional(`event-bus/${name}`) });
    buses.set(name, opened);
    // The next call tries again.
    opened.catch(() => buses.delete(name));
    return opened;
  };
  const ruleArn = (name: string, bus: string | undefined): string =>
    regional(busNameOf(bus) === "default" ? `rule/${name}` : `rule/${busNameOf(bus)}/${name}`);
  const all = (): Promise<Bus[]> => Promise.all(buses.values());
  const fullest = async (): Promise<number> =>
    Math.max(0, ...(await Promise.all((await all()).map((bus) => bus.held()))));

  return {
    async addRule(inputs) {
      refuseRule(inputs);
      const { name, eventBusName, eventPattern, state = "ENABLED" } = inputs;
      const arn = ruleArn(name, eventBusName);
      const bus = await busOf(eventBusName);
      const busName = busNameOf(eventBusName);
      const rule: Rule = {
        name,
        arn,
        enabled: state === "ENABLED",
        matches: eventPattern === undefined ? () => false : compilePattern(eventPattern),
        metrics: createMetrics({
          clients,
          trace,
          namespace: "AWS/Events",
          dimensions: {
            ...(busName !== "default" && { EventBusName: busName }),
            RuleName: name,
          },
        }),
        targets: new Map(),
      };
      bus.rules.set(name, rule);
      rules.set(arn, rule);
      return { arn };
    },
    addTarget(inputs) {
      refuseTarget(inputs);
      const rule = rules.get(ruleArn(inputs.rule, inputs.eventBusName));
      if (!rule)
        throw new Error(`There is no event rule ${inputs.rule} for target ${inputs.targetId}.`);
      const { metrics } = rule;
      const deliver = createTargetDelivery({
        clients,
        trace,
        metrics,
        rule,
        inputs,
        now,
        retryDelayMilliseconds,
        limit,
        stopped: stopping.signal,
      });
      rule.targets.set(inputs.targetId, deliver);
    },
    async addArchive(inputs) {
      refuseArchive(inputs);
      const arn = regional(`archive/${inputs.name}`);
      const bus = await busOf(inputs.eventSourceArn);
      const archive = createArchive(inputs, arn, now);
      bus.archives.set(arn, archive);
      archives.set(inputs.name, archive);
      return { arn };
    },
    async setPolicy({ eventBusName, policy }) {
      (await busOf(eventBusName)).policy = policy;
    },
    async replay({ name, archiveArn, from, to, ruleArns }) {
      const bus = (await all()).find(({ archives }) => archives.has(archiveArn));
      const events = bus?.archives.get(archiveArn)?.events(from, to);
      if (!bus || !events) throw new Error(`There is no archive ${archiveArn}.`);
      for (const event of events) await bus.dispatch({ ...event, "replay-name": name }, ruleArns);
      return { events: events.length };
    },
    archived: (archiveName) =>
      archives.get(archiveName)?.events(new Date(0), new Date(8.64e15)) ?? [],
    metricsOf: (arn) => rules.get(arn)?.metrics.totals ?? {},
    async idle() {
      // One bus may deliver to another, so all must be empty in the same round.
      while (!stopping.signal.aborted && (await fullest()) > 0)
        await pause(idlePause, stopping.signal);
      await Promise.all([...rules.values()].map(({ metrics }) => metrics.idle()));
    },
    fullest,
    async stop() {
      stopping.abort();
      for (const bus of await all()) await bus.stop();
      for (const archive of archives.values()) archive.close();
    },
  };
}
