import { once } from "./once";
import { accessIn, type Refusal } from "../iam/access";
import { arnOf, placeOf, whereaboutsOf } from "./whereabouts";
import { delivererOf, type Deliverer } from "./deliverers";
import type { Whereabouts } from "./location";
import type { Edge } from "./edges";
import type { Use } from "./use";
import { keyObstacles } from "./key-obstacles";
import { nameInQueueUrl, nameOf, type Kind } from "./names";
import { redriveAllowancesIn, redrivenBy } from "./redrives";
import type { Resource } from "./resource";
import type { Stack } from "./model";

/** The actions that deliver a message to each kind. */
const puts: Partial<Record<Kind, string[]>> = {
  alarm: ["cloudwatch:SetAlarmState"],
  bucket: ["s3:PutObject"],
  "event bus": ["events:PutEvents"],
  firehose: ["firehose:PutRecord"],
  function: ["lambda:InvokeFunction"],
  "log group": ["logs:CreateLogStream", "logs:PutLogEvents"],
  queue: ["sqs:SendMessage"],
  "state machine": ["states:StartExecution"],
  stream: ["kinesis:PutRecord"],
  table: ["dynamodb:PutItem"],
  topic: ["sns:Publish"],
  "training pipeline": ["sagemaker:StartPipelineExecution"],
};

/** The actions with which a mapping or pipe reads from each kind. */
const reads: Partial<Record<Kind, string[]>> = {
  queue: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  table: ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"],
  stream: ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"],
};

/** Returns what blocks an edge; an empty list if nothing blocks it, or if it leads outside this stack. */
export type Obstacles = (edge: Edge) => Refusal[];

const isReading = ({ kind }: Edge): boolean => kind === "mapping" || kind === "pipe source";

/** Evaluates every policy document of the role, the resource policy, and the policy of the encryption key. */
export const obstaclesIn = once((stack: Stack): Obstacles => {
  const where = whereaboutsOf(stack);
  if (!where) return () => [];
  const access = accessIn(stack, where);
  return (edge) => {
    if (edge.kind === "queue redrive") return redriveObstacles(stack, edge, where);
    const { to } = edge;
    const uses = usesOf(edge, placeOf(where, to));
    const deliverer = delivererOf(stack, edge, placeOf(where, edge.by));
    if (!deliverer || !uses || isElsewhere(deliverer, to)) return [];
    const refusals = uses.flatMap(
      ({ action, arn }) =>
        access.refusal({ deliverer, action, arn, resource: to, context: contextOf(edge) }) ?? [],
    );
    if (refusals.length > 0 || !to) return refusals;
    // Reading requires only one of them: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    const actions = [...(isReading(edge) ? [] : ["kms:GenerateDataKey"]), "kms:Decrypt"];
    return keyObstacles(stack, access, { deliverer, actions, to, where: placeOf(where, to) });
  };
});

/** The calls that an edge makes; undefined if its target is not known or not evaluated here. */
function usesOf(edge: Edge, where: Whereabouts): Use[] | undefined {
  const { toKind, uses } = edge;
  if (uses) return uses(where);
  const actions = toKind && (isReading(edge) ? reads : puts)[toKind];
  const arn = targetArn(edge, where);
  if (!actions || !arn) return undefined;
  return actions.map((action) => ({ action, arn: arn + withinOf(edge, arn) }));
}

/** The ARN that the call uses: an object of a bucket, or the stream of a table, whose label is known only after the update. */
function withinOf(edge: Edge, arn: string): string {
  if (edge.toKind === "bucket") return "/object";
  return edge.toKind === "table" && isReading(edge) && !arn.includes("/stream/")
    ? "/stream/label"
    : "";
}

/** A resource policy allows a service. The policy of a resource outside the stack is not known. */
const isElsewhere = (deliverer: Exclude<Deliverer, undefined>, to: Resource | undefined): boolean =>
  "service" in deliverer && to === undefined;

/** Why an edge is not evaluated, as the end of a sentence; undefined if it is evaluated or requires no permission. */
export function undecidable(stack: Stack): (edge: Edge) => string | undefined {
  const where = whereaboutsOf(stack);
  const obstacles = obstaclesIn(stack);
  return (edge) => {
    const { kind, to, toKind, uses } = edge;
    if (kind === "queue redrive" || (toKind && !puts[toKind])) return undefined;
    // An email address, phone number or URL requires no permission in this account.
    if (!toKind && !uses && !isArn(edge)) return undefined;
    if (!where) return "no ARN of the stack names an account yet";
    const deliverer = delivererOf(stack, edge, where);
    if (!deliverer)
      return "the role or source is outside this stack, or not known before the update";
    const isKnown = uses !== undefined || targetArn(edge, where) !== undefined;
    if (!isKnown) return "the target is outside this stack, or not known before the update";
    if (isElsewhere(deliverer, to)) return "the target and its policy are outside this stack";
    if (!usesOf(edge, where)) return "this pack does not know which permissions it needs";
    return unlisted(() => obstacles(edge));
  };
}

/** What may allow the call outside the stack. Unknown inputs are reported separately. */
function unlisted(obstacles: () => Refusal[]): string | undefined {
  try {
    return obstacles().flatMap(({ unless }) => (unless && !unless.isNoted ? unless.why : []))[0];
  } catch {
    // The rules that require the permission report a condition that cannot be evaluated.
  }
  return undefined;
}

/** Returns true if a place contains the name of an AWS resource, or will contain one when it is known. */
const isArn = ({ place }: Edge): boolean =>
  place.isUnknown || place.peek()?.startsWith("arn:") === true;

function targetArn({ place, to, toKind }: Edge, where: Whereabouts): string | undefined {
  const text = place.peek();
  // Also for a version or alias, each of which has its own permissions: https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
  if (text?.startsWith("arn:")) return text;
  if (!toKind) return undefined;
  const name = (to && nameOf(to)) ?? (text && nameInQueueUrl(text));
  const bare = name ? name.slice(toKind.length + 1) : text;
  return bare ? arnOf(toKind, bare, where) : undefined;
}

/** The condition keys that a pipe sends to a bus and that can limit its role. */
function contextOf({ kind, by }: Edge): Record<string, string[]> {
  if (kind !== "pipe target") return {};
  const events = by.inputs.at("targetParameters", "eventbridgeEventBusParameters");
  return {
    "events:source": events.at("source").texts(),
    "events:detail-type": events.at("detailType").texts(),
  };
}

/** A queue defines which source queues may redrive to it. SQS moves the messages itself. */
function redriveObstacles(stack: Stack, edge: Edge, where: Whereabouts): Refusal[] {
  const { to } = edge;
  const queue = redrivenBy(stack, edge);
  const source = queue?.inputs.at("name").text();
  if (!to || source === undefined) return [];
  // One that is not known yet reads as absent, and its path is recorded.
  const policy = redriveAllowancesIn(stack)(to).json();
  const permission = policy.at("redrivePermission").text() ?? "allowAll";
  const { partition, region, account } = placeOf(where, queue);
  const arn = `arn:${partition}:sqs:${region}:${account}:${source}`;
  if (permission === "allowAll") return [];
  if (permission === "byQueue" && policy.at("sourceQueueArns").texts().includes(arn)) return [];
  return [{ sentence: `the redriveAllowPolicy of '${to.name}' does not name ${arn}` }];
}
