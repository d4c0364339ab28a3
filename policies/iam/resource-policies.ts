import type { Statement } from "../../iam";
import type { Whereabouts } from "../stack/location";
import { once } from "../stack/once";
import type { Place } from "../stack/place";
import type { Resource } from "../stack/resource";
import type { Stack } from "../stack/model";
import { defaultStatements } from "./defaults";
import { documentsIn } from "./documents";

const permission = "aws:lambda/permission:Permission";

/** The types that contain their own resource policy. */
const ownPolicy = [
  "aws:kms/key:Key",
  "aws:s3/bucket:Bucket",
  "aws:sns/topic:Topic",
  "aws:sqs/queue:Queue",
];

/** The types that contain the policy of another resource, and the input that names that resource. */
const holders: Record<
  string,
  { input: string; kind: "queue" | "topic" | "bucket" | "function" | "key" }
> = {
  "aws:sqs/queuePolicy:QueuePolicy": { input: "queueUrl", kind: "queue" },
  "aws:sns/topicPolicy:TopicPolicy": { input: "arn", kind: "topic" },
  "aws:s3/bucketPolicy:BucketPolicy": { input: "bucket", kind: "bucket" },
  "aws:kms/keyPolicy:KeyPolicy": { input: "keyId", kind: "key" },
  [permission]: { input: "function", kind: "function" },
};

/** The resource to which a policy or permission applies; undefined if it is outside this stack or not known yet. */
export function guardedBy(stack: Stack, holder: Resource): Resource | undefined {
  const of = holders[holder.type];
  return of ? stack.referredTo(holder, holder.inputs.at(of.input), of.kind) : holder;
}

/** The policy of a resource, as far as it is known. */
export interface OwnPolicy {
  statements: Statement[];
  isUnknown: boolean;
}

/** By resource: its policy, from any resource in the stack, or the default policy of AWS. */
export function policiesIn(stack: Stack, where: Whereabouts): (resource?: Resource) => OwnPolicy {
  const policies = new Map<Resource, (() => OwnPolicy[])[]>();
  // Read on demand, so that unknown inputs of other resources are not reported.
  const add = (resource: Resource, read: () => OwnPolicy[]): void => {
    const others = policies.get(resource);
    if (others) others.push(read);
    else policies.set(resource, [read]);
  };
  // A policy whose resource is not known yet may apply to any resource.
  const notFound: Place[] = [];
  for (const own of stack.of(...ownPolicy)) add(own, () => documentsIn(own, "resource"));
  for (const [type, { input }] of Object.entries(holders))
    for (const holder of stack.of(type)) {
      const guarded = guardedBy(stack, holder);
      if (guarded)
        add(guarded, () =>
          type === permission ? permitted(holder) : documentsIn(holder, "resource"),
        );
      else notFound.push(holder.inputs.at(input));
    }
  const policyOf = once((resource: Resource): OwnPolicy => {
    const documents = (policies.get(resource) ?? []).flatMap((read) => read());
    // Checks each of them, so that every unknown value is recorded.
    const open = notFound.filter((place) => !place.isKnown());
    return {
      statements:
        documents.length > 0
          ? documents.flatMap(({ statements }) => statements)
          : defaultStatements(resource, where),
      isUnknown: open.length > 0 || documents.some(({ isUnknown }) => isUnknown),
    };
  });
  return (resource) => (resource ? policyOf(resource) : { statements: [], isUnknown: false });
}

/** Converts a permission of a function to a statement. */
function permitted({ inputs }: Resource): OwnPolicy[] {
  const conditions: Statement["conditions"] = {};
  const given = ["sourceArn", "sourceAccount"].map((name) => inputs.at(name));
  const [source, account] = given.map((place) => place.text());
  if (source) conditions.ArnLike = { "aws:SourceArn": [source] };
  if (account) conditions.StringEquals = { "aws:SourceAccount": [account] };
  const services = inputs.at("principal").texts();
  const statement: Statement = {
    effect: "Allow",
    actions: inputs.at("action").texts(),
    resources: ["*"],
    principals: services.includes("*") ? "*" : { Service: services },
    conditions,
  };
  // A source that is not known yet may be any source. It does not allow all sources.
  const isUnknown = given.some((place) => place.isUnknown);
  return [{ statements: isUnknown ? [] : [statement], isUnknown }];
}
