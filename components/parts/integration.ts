import type * as pulumi from "@pulumi/pulumi";
import type { Alarms } from "./alarms";
import type { DeadLetterQueue } from "./dead-letter-queue";
import type { Refusal, Settings, Values } from "./settings/setting";
import type { TelemetryStream } from "./telemetry-stream";

/** What a stack gives every integration. */
export interface Stack {
  /** First levels of the devices' topics: `<prefix>/<deviceId>/telemetry`. */
  topicPrefix: string;
  alarms: Alarms;
  logRetentionDays: number;
  deletionProtection: boolean;
  /** The stream that several integrations read, created at the first call. */
  telemetry(): TelemetryStream;
  /** The queue for invalid messages of all integrations, created at the first call. */
  quarantine(): DeadLetterQueue;
}

/** A component whose outputs are outputs of the stack. */
export interface Integration extends pulumi.ComponentResource {
  /** Queues by URL, topics and state machines by ARN, everything else by name. */
  readonly outputs: Readonly<Record<string, pulumi.Input<string>>>;
  /** Subscriptions that wait for their confirmation, by their logical names. @default none */
  readonly unconfirmed?: pulumi.Output<string[]>;
}

/** Integrations that another one needs, by the names that it knows them by. */
type Needs = Record<string, { stem: string; create: (...args: never[]) => Integration }>;

type Instances<N extends Needs> = { [Name in keyof N]: ReturnType<N[Name]["create"]> };

/** Everything about an integration that is stated once: its settings, which integrations it needs, and how a stack creates it. */
export interface Definition<
  Stem extends string = string,
  S extends Settings = Settings,
  N extends Needs = Needs,
  I extends Integration = Integration,
  U extends Needs = Needs,
> {
  /** `<source>-to-<target>`: also its name in a stack, and the namespace of its settings. */
  stem: Stem;
  /** What it does, in one sentence. */
  summary: string;
  settings: S;
  /** False for an integration that shows what others keep: it has no sink, no samples and no audit. @default true */
  movesMessages?: boolean;
  /** The problem of a combination of valid settings; undefined for none. */
  check?(settings: Values<S>): Refusal | undefined;
  /** Integrations that must be deployed with it. */
  needs: N;
  /** Integrations that it reads if they are deployed, by the names that it knows them by. @default none */
  uses?: U;
  create(
    name: string,
    stack: Stack,
    settings: Values<S>,
    needs: Instances<N> & Partial<Instances<U>>,
  ): I;
}

/** Infers the types of a definition. */
export const define = <
  const Stem extends string,
  S extends Settings,
  N extends Needs,
  I extends Integration,
  U extends Needs = Record<never, never>,
>(
  definition: Definition<Stem, S, N, I, U>,
): Definition<Stem, S, N, I, U> => definition;
