import { once } from "./once";
import { accessIn, type Refusal } from "../iam/access";
import { arnOf, whereaboutsOf } from "./whereabouts";
import { delivererOf, type Deliverer } from "./deliverers";
import type { Whereabouts } from "./location";
import type { Edge } from "./edges";
import type { Use } from "./use";
import { keyObstacles } from "./key-obstacles";
import { nameInQueueUrl, nameOf, type Kind } from "./names";
import { redriveAllowancesIn, redrivenBy } from "./redrives";
import type { Resource } from "./resource";
import type { Stack } from "./stack";

/** What it takes to put a message there. */
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
};

/** What it takes to read from there, for a mapping or a pipe. */
const reads: Partial<Record<Kind, string[]>> = {
  queue: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  table: ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"],
  stream: ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"],
};

/** Tells of an edge what keeps it from being done; nothing if it can be done, or leads out of what this stack can know. */
export type Obstacles = (edge: Edge) => Refusal[];

const isReading = ({ kind }: Edge): boolean => kind === "mapping" || kind === "pipe source";

/** Evaluated, not looked up: every document of the role, the resource's own policy, and the key that encrypts it. */
export const obstaclesIn = once((stack: Stack): Obstacles => {
  const where = whereaboutsOf(stack);
  if (!where) return () => [];
  const access = accessIn(stack, where);
  return (edge) => {
    if (edge.kind === "queue redrive") return redriveObstacles(stack, edge, where);
    const { to } = edge;
    const uses = usesOf(edge, where);
    const deliverer = delivererOf(stack, edge, where);
    if (!deliverer || !uses || isElsewhere(deliverer, to)) return [];
    const refusals = uses.flatMap(
      ({ action, arn }) =>
        access.refusal({ deliverer, action, arn, resource: to, context: contextOf(edge) }) ?? [],
    );
    if (refusals.length > 0 || !to) return refusals;
    // Reading takes one only: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
    const actions = [...(isReading(edge) ? [] : ["kms:GenerateDataKey"]), "kms:Decrypt"];
    return keyObstacles(stack, access, { deliverer, actions, to, where });
  };
});

/** Everything that an edge does; nothing if what it leads to is not known, or not evaluated here. */
function usesOf(edge: Edge, where: Whereabouts): Use[] | undefined {
  const { toKind, uses } = edge;
  if (uses) return uses(where);
  const actions = toKind && (isReading(edge) ? reads : puts)[toKind];
  const arn = targetArn(edge, where);
  if (!actions || !arn) return undefined;
  return actions.map((action) => ({ action, arn: arn + withinOf(edge, arn) }));
}

/** What is used in it: an object of a bucket, and of a table its stream, whose label is known only after the update. */
function withinOf(edge: Edge, arn: string): string {
  if (edge.toKind === "bucket") return "/object";
  return edge.toKind === "table" && isReading(edge) && !arn.includes("/stream/")
    ? "/stream/label"
    : "";
}

/** The resource's own policy admits a service, and that of a resource outside the stack is not known. */
const isElsewhere = (deliverer: Exclude<Deliverer, undefined>, to: Resource | undefined): boolean =>
  "service" in deliverer && to === undefined;

/** Why an edge is not evaluated, as the end of a sentence; nothing if it is, or if no permission decides about it. */
export function undecidable(stack: Stack): (edge: Edge) => string | undefined {
  const where = whereaboutsOf(stack);
  const obstacles = obstaclesIn(stack);
  return (edge) => {
    const { kind, to, toKind, uses } = edge;
    if (kind === "queue redrive" || (toKind && !puts[toKind])) return undefined;
    // An address, a number or a URL needs no permission in this account.
    if (!to && !toKind && !uses && !isArn(edge)) return undefined;
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

/** What may allow it outside of the stack; unknown inputs are reported separately. */
function unlisted(obstacles: () => Refusal[]): string | undefined {
  try {
    return obstacles().flatMap(({ unless }) => (unless && !unless.isNoted ? unless.why : []))[0];
  } catch {
    // A condition that cannot be evaluated is a finding of the rules that ask for the permission.
    return undefined;
  }
}

/** True if a place names a resource of AWS, or will once it is known. */
const isArn = ({ place }: Edge): boolean =>
  place.isUnknown || place.peek()?.startsWith("arn:") === true;

function targetArn({ place, to, toKind }: Edge, where: Whereabouts): string | undefined {
  const text = place.peek();
  // Of a version or an alias too, which are permitted each by its own: https://docs.aws.amazon.com/lambda/latest/dg/lambda-api-permissions-ref.html
  if (text?.startsWith("arn:")) return text;
  if (!toKind) return undefined;
  const name = (to && nameOf(to)) ?? (text && nameInQueueUrl(text));
  const bare = name ? name.slice(toKind.length + 1) : text;
  return bare ? arnOf(toKind, bare, where) : undefined;
}

/** What a pipe sends along to a bus, by which its role may be limited. */
function contextOf({ kind, by }: Edge): Record<string, string[]> {
  if (kind !== "pipe target") return {};
  const events = by.inputs.at("targetParameters", "eventbridgeEventBusParameters");
  return {
    "events:source": events.at("source").texts(),
    "events:detail-type": events.at("detailType").texts(),
  };
}

/** A queue says which queues may redrive to it; the rest is SQS's own doing. */
function redriveObstacles(stack: Stack, edge: Edge, where: Whereabouts): Refusal[] {
  const { to } = edge;
  const source = redrivenBy(stack, edge)?.inputs.at("name").text();
  if (!to || source === undefined) return [];
  const place = redriveAllowancesIn(stack)(to);
  if (!place.isKnown()) return [];
  const policy = place.json();
  const permission = policy.at("redrivePermission").text() ?? "allowAll";
  const arn = `arn:${where.partition}:sqs:${where.region}:${where.account}:${source}`;
  if (permission === "allowAll") return [];
  if (permission === "byQueue" && policy.at("sourceQueueArns").texts().includes(arn)) return [];
  return [{ sentence: `the redriveAllowPolicy of '${to.name}' does not name ${arn}` }];
}
