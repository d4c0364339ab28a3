import { evaluate, type PolicyDocument, type Principal, type Statement } from "../../iam";
import type { Deliverer, Whereabouts } from "../stack/deliverers";
import { nameOf } from "../stack/names";
import type { Resource } from "../stack/resource";
import { statementsByRole } from "../stack/roles";
import type { Stack } from "../stack/stack";
import { documentsIn } from "./documents";

/** What decides about access in a stack: every document of a role, and every resource policy, wherever it stands. */
export interface Access {
  /** One sentence of why not; nothing if it is allowed. Throws if a condition cannot be evaluated. */
  refusal(request: AccessQuestion): string | undefined;
}

interface AccessQuestion {
  deliverer: Exclude<Deliverer, undefined>;
  action: string;
  arn: string;
  /** The resource that is used, whose own policy takes part; none if it has none. */
  resource?: Resource;
  /** Condition keys besides those that every such request has. */
  context?: Record<string, string | string[]>;
}

const permission = "aws:lambda/permission:Permission";

/** Resources that hold their own policy. */
const ownPolicy = [
  "aws:kms/key:Key",
  "aws:s3/bucket:Bucket",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
];

/** Resources that hold the policy of another: which input names that other. */
const holders: Record<string, { input: string; kind: "queue" | "topic" | "bucket" | "function" }> =
  {
    "aws:sqs/queuePolicy:QueuePolicy": { input: "queueUrl", kind: "queue" },
    "aws:sns/topicPolicy:TopicPolicy": { input: "arn", kind: "topic" },
    "aws:s3/bucketPolicy:BucketPolicy": { input: "bucket", kind: "bucket" },
    "aws:lambda/permission:Permission": { input: "function", kind: "function" },
  };

/** The resource whose use a document or a permission decides about; nothing if it is not in this stack, or if nobody knows yet. */
export function guardedBy(stack: Stack, holder: Resource): Resource | undefined {
  const of = holders[holder.type];
  return of ? stack.referredTo(holder, holder.inputs.at(of.input), of.kind) : holder;
}

export function accessIn(stack: Stack, where: Whereabouts): Access {
  const byRole = statementsByRole(stack);
  const policies = new Map<Resource | undefined, (() => Statement[])[]>();
  // Read when somebody asks about the resource: what is not known yet of others is of no concern.
  const add = (resource: Resource | undefined, statements: () => Statement[]): void => {
    if (resource) policies.set(resource, [...(policies.get(resource) ?? []), statements]);
  };
  const policyIn = (holder: Resource) => () =>
    documentsIn(holder, "resource").flatMap(({ statements }) => statements);
  for (const holder of stack.of(...ownPolicy, ...Object.keys(holders)))
    add(
      guardedBy(stack, holder),
      holder.type === permission ? () => [permitted(holder)] : policyIn(holder),
    );
  const read = new Map<Resource | undefined, PolicyDocument>();
  const policyOf = (resource: Resource | undefined): PolicyDocument => {
    let own = read.get(resource);
    if (!own) {
      own = document((policies.get(resource) ?? []).flatMap((statements) => statements()));
      read.set(resource, own);
    }
    return own;
  };

  return {
    refusal({ deliverer, action, arn, resource, context = {} }) {
      const own = policyOf(resource);
      const request = { action, resource: arn };
      if ("role" in deliverer) {
        const documents = [
          document((byRole.get(deliverer.role) ?? []).map((one) => one.statement)),
        ];
        const surroundings = { "aws:SecureTransport": "true", ...context };
        const { allowed } = evaluate({ ...request, documents, context: surroundings });
        if (!allowed) return `role '${deliverer.role.name}' does not allow ${action} on ${arn}`;
        // Within an account the role's own permission is enough, unless the resource denies it.
        const named = nameOf(deliverer.role)?.slice("role ".length) ?? deliverer.role.name;
        const name = `arn:${where.partition}:iam::${where.account}:role/${named}`;
        return denial(own, { ...request, context: surroundings }, { kind: "AWS", name });
      }
      const { service, source } = deliverer;
      const { allowed } = evaluate({
        ...request,
        documents: [own],
        principal: { kind: "Service", name: service },
        context: {
          "aws:SecureTransport": "true",
          "aws:SourceArn": source,
          "aws:SourceAccount": where.account,
          ...context,
        },
      });
      return allowed
        ? undefined
        : `the policy of '${resource?.name ?? arn}' does not let ${service} do ${action} for ${source}`;
    },
  };
}

const document = (statements: Statement[]): PolicyDocument => ({
  version: "2012-10-17",
  statements,
});

function denial(
  own: PolicyDocument,
  request: Pick<Parameters<typeof evaluate>[0], "action" | "resource" | "context">,
  principal: Principal,
): string | undefined {
  const { statement } = evaluate({ ...request, documents: [own], principal });
  return statement?.effect === "Deny"
    ? `the policy of the resource denies ${request.action}, by ${statement.sid ?? "a statement without a Sid"}`
    : undefined;
}

/** What a permission of a function says, as a statement. */
function permitted({ inputs }: Resource): Statement {
  const conditions: Statement["conditions"] = {};
  const source = inputs.at("sourceArn").text();
  const account = inputs.at("sourceAccount").text();
  if (source) conditions.ArnLike = { "aws:SourceArn": [source] };
  if (account) conditions.StringEquals = { "aws:SourceAccount": [account] };
  const services = inputs.at("principal").texts();
  return {
    effect: "Allow",
    actions: inputs.at("action").texts(),
    resources: ["*"],
    principals: services.includes("*") ? "*" : { Service: services },
    conditions,
  };
}
