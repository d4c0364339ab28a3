import { once } from "./once";
import { kindInArn, kindOf, type Kind } from "./names";
import { placesAt } from "./paths";
import type { Place } from "./place";
import type { Resource } from "./resource";
import { ruleSinks } from "./rule-sinks";
import { sqlCalls } from "./sql-calls";
import type { Stack } from "./model";
import type { Use } from "./use";
import type { Whereabouts } from "./location";
import { workflowTasks } from "./workflow-tasks";

/** The ways in which one resource delivers messages to another; each has its own failure path. */
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
  /** The resource that defines the edge: a rule, a mapping, a subscription. */
  by: Resource;
  /** The input that defines the edge. */
  place: Place;
  /** The other end, if it is in this stack. */
  to?: Resource;
  /** The kind of the resource at the other end. */
  toKind?: Kind;
  /** The role that makes the calls, if the edge has its own role. */
  role?: Place;
  /** The calls that the edge makes, if its kind does not determine them; undefined if this pack does not know them. */
  uses?: (where: Whereabouts) => Use[] | undefined;
}

interface Link {
  path: string;
  edge: EdgeKind;
  kind?: Kind;
}

const deadLetters = (path: string, edge: EdgeKind): Link => ({ path, edge, kind: "queue" });

/** The inputs in which each type names the target or the source of its messages. */
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

/** Returns all edges of the stack. */
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

/** The ARN determines the kind of a resource outside the stack. A role that uses that resource still requires the permission. */
function kindOutside(place: Place): Kind | undefined {
  const text = place.peek();
  return text === undefined ? undefined : kindInArn(text);
}

/** Returns true for edges that carry undeliverable messages. */
export const isFailureEdge = ({ kind }: Edge): boolean =>
  kind === "queue redrive" || kind === "rule error action" || kind.endsWith(" failure");
