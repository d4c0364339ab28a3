import type { Statement } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { isAllAlarms, isNamed, limits, required } from "../../iam/breadth";
import { grantsIn, typesWithDocuments } from "../../iam/documents";
import { isEverybody, servicesIn } from "../../iam/principals";
import type { ResourceRule } from "../../rule";

/** Conditions that tell who asks, so that an open principal is not open. */
const telling =
  /^aws:(SourceArn|SourceAccount|SourceOrgID|PrincipalOrgID|PrincipalArn|PrincipalAccount)$/i;

/** A service acts for all its customers; the source says for which one. */
export const requireExactPrincipals: ResourceRule = {
  name: "iam-policy-require-exact-principals",
  displayName: "Resource policies admit exactly whom they must",
  description: "A resource policy admits a service for one source only, and never everybody.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Other accounts, or everyone, can use the resource through the service.",
  },
  framework: wellArchitected.crossAccount,
  remediationSteps:
    "Name the principal. For a service add ArnEquals on aws:SourceArn with the ARN of the one resource that it acts for, and StringEquals on aws:SourceAccount.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn",
  types: typesWithDocuments("resource"),
  check(resource, report) {
    const isKey = resource.type.startsWith("aws:kms/");
    for (const { statement, by } of grantsIn(resource, "resource"))
      for (const finding of findingsIn(statement, isKey)) report(`${by} ${finding}`);
  },
};

/**
 * EventBridge sends no source to KMS when it delivers to an encrypted topic, so its key must not ask for one.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
const sourceless = "events.amazonaws.com";

function findingsIn({ principals, conditions }: Statement, isKey: boolean): string[] {
  if (isEverybody(principals))
    return required(conditions).some(([key, values]) => telling.test(key) && values.every(tells))
      ? []
      : ["admits everybody: name the principal, or the source by a condition."];
  const forOne = limits(conditions, "aws:SourceArn", isOne);
  const forAccount =
    limits(conditions, "aws:SourceAccount", isAccount) ||
    limits(conditions, "aws:SourceArn", namesAccount);
  const services = servicesIn(principals).filter((one) => !(isKey && one === sourceless));
  return services.flatMap((service) => [
    ...(forOne
      ? []
      : [`admits ${service} for any resource: compare aws:SourceArn with the one it acts for.`]),
    ...(forAccount
      ? []
      : [`admits ${service} for any account: compare aws:SourceAccount with this one.`]),
  ]);
}

/** A family of names will do, such as all alarms of a stack; all resources of a service will not. */
const isOne = (source: string): boolean =>
  (isNamed(source) && /^arn:[^:]*:[^:*?]+:/.test(source)) || isAllAlarms(source);

const isAccount = (value: string): boolean => /^\d{12}$/.test(value);

const namesAccount = (source: string): boolean => /^arn:([^:]*:){3}\d{12}:/.test(source);

/** An id in full, an ARN with its account, or that of a bucket, which has none but is the only one of its name. */
const tells = (value: string): boolean =>
  /^[^:*?]+$/.test(value) || namesAccount(value) || (isOne(value) && value.includes(":s3:"));
