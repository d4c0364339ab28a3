import { once } from "./once";
import { kindInArn, kindOf, type Kind } from "./names";
import { placesAt } from "./paths";
import type { Place } from "./place";
import type { Resource } from "./resource";
import { ruleSinks } from "./rule-sinks";
import { sqlCalls } from "./sql-calls";
import type { Stack } from "./stack";
import type { Use } from "./use";
import type { Whereabouts } from "./location";
import { workflowTasks } from "./workflow-tasks";

/** How one resource hands messages to another; each way fails in its own manner. */
export type EdgeKind =
  | "rule action"
  | "rule error action"
  | "rule function"
  | "queue redrive"
  | "mapping"
  | "mapping failure"
  | "subscription"
  | "subscription failure"
  | "notification"
  | "asynchronous success"
  | "asynchronous failure"
  | "bus failure"
  | "target"
  | "target failure"
  | "schedule"
  | "schedule failure"
  | "pipe source"
  | "pipe enrichment"
  | "pipe target"
  | "pipe failure"
  | "workflow task"
  | "workflow failure";

export interface Edge {
  kind: EdgeKind;
  /** What says so: a rule, a mapping, a subscription. */
  by: Resource;
  /** Where it says so. */
  place: Place;
  /** The other end, if it is in this stack. */
  to?: Resource;
  /** What kind of resource the other end is. */
  toKind?: Kind;
  /** The role in which it is done, where the edge has one of its own. */
  role?: Place;
  /** What it does where its kind does not tell; nothing at all if this pack does not know what the edge takes. */
  uses?: (where: Whereabouts) => Use[] | undefined;
}

interface Link {
  path: string;
  edge: EdgeKind;
  kind?: Kind;
}

const deadLetters = (path: string, edge: EdgeKind): Link => ({ path, edge, kind: "queue" });

/** Where each type names what it hands messages to, or takes them from. */
const links: Record<string, Link[]> = {
  "aws:cloudwatch/eventBus:EventBus": [deadLetters("deadLetterConfig.arn", "bus failure")],
  "aws:cloudwatch/eventTarget:EventTarget": [
    { path: "arn", edge: "target" },
    deadLetters("deadLetterConfig.arn", "target failure"),
  ],
  "aws:lambda/eventSourceMapping:EventSourceMapping": [
    { path: "eventSourceArn", edge: "mapping" },
    { path: "destinationConfig.onFailure.destinationArn", edge: "mapping failure" },
  ],
  "aws:lambda/function:Function": [
    { path: "deadLetterConfig.targetArn", edge: "asynchronous failure" },
  ],
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": [
    { path: "destinationConfig.onFailure.destination", edge: "asynchronous failure" },
    { path: "destinationConfig.onSuccess.destination", edge: "asynchronous success" },
  ],
  "aws:pipes/pipe:Pipe": [
    { path: "source", edge: "pipe source" },
    { path: "enrichment", edge: "pipe enrichment" },
    { path: "target", edge: "pipe target" },
    deadLetters("sourceParameters.kinesisStreamParameters.deadLetterConfig.arn", "pipe failure"),
    deadLetters("sourceParameters.dynamodbStreamParameters.deadLetterConfig.arn", "pipe failure"),
  ],
  "aws:s3/bucketNotification:BucketNotification": [
    { path: "queues[].queueArn", edge: "notification", kind: "queue" },
    { path: "topics[].topicArn", edge: "notification", kind: "topic" },
    { path: "lambdaFunctions[].lambdaFunctionArn", edge: "notification", kind: "function" },
  ],
  "aws:scheduler/schedule:Schedule": [
    { path: "target.arn", edge: "schedule" },
    deadLetters("target.deadLetterConfig.arn", "schedule failure"),
  ],
  "aws:sns/topicSubscription:TopicSubscription": [
    { path: "endpoint", edge: "subscription" },
    deadLetters("redrivePolicy{}.deadLetterTargetArn", "subscription failure"),
  ],
  "aws:sqs/queue:Queue": [deadLetters("redrivePolicy{}.deadLetterTargetArn", "queue redrive")],
  "aws:sqs/redrivePolicy:RedrivePolicy": [
    deadLetters("redrivePolicy{}.deadLetterTargetArn", "queue redrive"),
  ],
};

/** Everything in the stack that hands messages on, and where to. */
export const edgesOf = once((stack: Stack): Edge[] => {
  const linked = Object.entries(links).flatMap(([type, ends]) =>
    stack.of(type).flatMap((by) =>
      ends.flatMap(({ path, edge, kind }) =>
        placesAt(by.inputs, path)
          .filter((place) => place.given)
          .map((place) => edgeTo(stack, { kind: edge, by, place }, kind)),
      ),
    ),
  );
  const ruled = stack.of("aws:iot/topicRule:TopicRule").flatMap((by) =>
    ruleSinks(by).map(({ place, kind, role, uses, onError }) => {
      const edge: EdgeKind = onError ? "rule error action" : "rule action";
      return edgeTo(stack, { kind: edge, by, place, role, uses }, kind);
    }),
  );
  const called = stack
    .of("aws:iot/topicRule:TopicRule")
    .flatMap((by) =>
      sqlCalls(by).map(({ kind, ...call }) =>
        edgeTo(stack, { kind: "rule function", by, ...call }, kind),
      ),
    );
  const workflows = stack.of("aws:sfn/stateMachine:StateMachine").flatMap((by) =>
    workflowTasks(by).map(({ place, kind, setsAside }) => {
      const edge: EdgeKind = setsAside ? "workflow failure" : "workflow task";
      return edgeTo(stack, { kind: edge, by, place, role: by.inputs.at("roleArn") }, kind);
    }),
  );
  return [...linked, ...ruled, ...called, ...workflows];
});

function edgeTo(stack: Stack, edge: Edge, kind?: Kind): Edge {
  const to = stack.referredTo(edge.by, edge.place, kind);
  return { ...edge, to, toKind: kind ?? (to ? kindOf(to.type) : kindOutside(edge.place)) };
}

/** Of what is outside the stack the ARN tells the kind: a role that uses it needs the permission all the same. */
function kindOutside(place: Place): Kind | undefined {
  const text = place.peek();
  return text === undefined ? undefined : kindInArn(text);
}

/** Edges that carry what could not be delivered. */
export const isFailureEdge = ({ kind }: Edge): boolean =>
  kind === "queue redrive" || kind === "rule error action" || kind.endsWith(" failure");
