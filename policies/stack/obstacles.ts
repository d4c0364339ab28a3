import { once } from "./once";
import { accessIn, type Access } from "../iam/access";
import { arnOf, whereaboutsOf } from "./whereabouts";
import { delivererOf, type Deliverer, type Whereabouts } from "./deliverers";
import type { Edge } from "./edges";
import { keyBehind } from "./keys";
import { nameInQueueUrl, nameOf, type Kind } from "./names";
import { redrivenBy } from "./redrives";
import type { Resource } from "./resource";
import type { Stack } from "./stack";

/** What it takes to put a message there. */
const puts: Partial<Record<Kind, string[]>> = {
  bucket: ["s3:PutObject"],
  "event bus": ["events:PutEvents"],
  firehose: ["firehose:PutRecord"],
  function: ["lambda:InvokeFunction"],
  queue: ["sqs:SendMessage"],
  "state machine": ["states:StartExecution"],
  stream: ["kinesis:PutRecord"],
  table: ["dynamodb:PutItem"],
  topic: ["sns:Publish"],
};

/** What it takes to read from there, for a mapping or a pipe. */
const reads: Partial<Record<Kind, string[]>> = {
  queue: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
  stream: ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"],
};

/** Tells of an edge what keeps it from being done; nothing if it can be done, or leads out of what this stack can know. */
export type Obstacles = (edge: Edge) => string[];

/** Evaluated, not looked up: every document of the role, the resource's own policy, and the key that encrypts it. */
export const obstaclesIn = once((stack: Stack): Obstacles => {
  const where = whereaboutsOf(stack);
  if (!where) return () => [];
  const access = accessIn(stack, where);
  return (edge) => {
    if (edge.kind === "queue redrive") return redriveObstacles(stack, edge, where);
    const { to, toKind } = edge;
    const arn = targetArn(edge, where);
    const deliverer = delivererOf(stack, edge, where);
    const reading = edge.kind === "mapping" || edge.kind === "pipe source";
    const actions = toKind && (reading ? reads : puts)[toKind];
    if (!deliverer || !arn || !actions || isElsewhere(deliverer, to)) return [];
    const refusals = actions.flatMap(
      (action) =>
        access.refusal({
          deliverer,
          action,
          arn: toKind === "bucket" ? `${arn}/object` : arn,
          resource: to,
          context: contextOf(edge),
        }) ?? [],
    );
    return refusals.length > 0 ? refusals : keyObstacles(stack, access, deliverer, to, where);
  };
});

/** Who lets a service in is the resource itself, and of one outside the stack nobody here knows the policy. */
const isElsewhere = (deliverer: Exclude<Deliverer, undefined>, to: Resource | undefined): boolean =>
  "service" in deliverer && to === undefined;

/** Why an edge is not evaluated, as the end of a sentence; nothing if it is, or if nobody's permission decides about it. */
export function undecidable(stack: Stack): (edge: Edge) => string | undefined {
  const where = whereaboutsOf(stack);
  return (edge) => {
    const { kind, to, toKind } = edge;
    if (kind === "queue redrive" || (toKind && !puts[toKind])) return undefined;
    // An address, a number or a URL: nobody in this account is asked.
    if (!to && !toKind && !isArn(edge)) return undefined;
    if (!where) return "no document of the stack names an account yet";
    const deliverer = delivererOf(stack, edge, where);
    if (!deliverer) return "who does it is outside this stack, or not known before the update";
    if (!targetArn(edge, where))
      return "what it leads to is outside this stack, or not known before the update";
    return isElsewhere(deliverer, to)
      ? "what it leads to is outside this stack, and so is its policy"
      : undefined;
  };
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
function redriveObstacles(stack: Stack, edge: Edge, where: Whereabouts): string[] {
  const { to } = edge;
  const source = redrivenBy(stack, edge)?.inputs.at("name").text();
  if (!to || source === undefined) return [];
  const policy = to.inputs.at("redriveAllowPolicy").json();
  const permission = policy.at("redrivePermission").text() ?? "allowAll";
  const arn = `arn:${where.partition}:sqs:${where.region}:${where.account}:${source}`;
  if (permission === "allowAll") return [];
  if (permission === "byQueue" && policy.at("sourceQueueArns").texts().includes(arn)) return [];
  return [`the redriveAllowPolicy of '${to.name}' does not name ${arn}`];
}

/** Whoever writes to something with a key of the customer's needs that key too. */
function keyObstacles(
  stack: Stack,
  access: Access,
  deliverer: Exclude<Deliverer, undefined>,
  to: Resource | undefined,
  where: Whereabouts,
): string[] {
  const alias = to?.inputs.at("kmsMasterKeyId").peek();
  const key = keyBehind(stack, alias);
  if (!alias || !key) return [];
  const arn = `arn:${where.partition}:kms:${where.region}:${where.account}:key/key`;
  return ["kms:GenerateDataKey", "kms:Decrypt"].flatMap(
    (action) =>
      access.refusal({
        deliverer,
        action,
        arn,
        resource: key,
        context: { "kms:ResourceAliases": [alias] },
      }) ?? [],
  );
}
