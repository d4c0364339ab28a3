import { sentBy } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { isAllAlarms, isNamed, limits, required } from "../../iam/breadth";
import { grantsIn, typesWithDocuments, type Grant } from "../../iam/documents";
import { isEverybody, servicesIn } from "../../iam/principals";
import type { ResourceRule } from "../../rule";

/**
 * Condition keys that identify the caller, and so restrict a wildcard principal. Default policies of topics and of AWS managed keys use
 * some of them.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html#access-control-block-public-access-policy-status
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account
 */
const telling =
  /^(aws:(Source(Arn|Account|OrgID|Owner|Vpc|Vpce)|Principal(OrgID|Arn|Account))|kms:CallerAccount|s3:DataAccessPointAccount)$/i;

/** A service acts for all its customers; the source identifies the customer. */
export const requireExactPrincipals: ResourceRule = {
  name: "iam-policy-require-exact-principals",
  displayName: "Resource policies specify exact principals",
  description:
    "A resource policy allows a service for only one source, and does not allow any principal.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Other accounts, or any principal, can use the resource.",
  },
  framework: wellArchitected.crossAccount,
  remediationSteps:
    "Specify the principal. For a service, add ArnEquals on aws:SourceArn with the ARN of the one resource for which it acts, and StringEquals on aws:SourceAccount if that ARN contains no account ID.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-sourcearn",
  types: typesWithDocuments("resource"),
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource, "resource"))
      for (const finding of findingsIn(statement)) report(`${by} ${finding}`);
  },
};

/** A source must not be required where AWS documents that the service sends none, as EventBridge to topics and keys. */
const sendsSource = (service: string, actions: string[]): boolean =>
  actions.some((action) => sentBy(service, action)?.keys.length !== 0);

function findingsIn({ principals, conditions, actions }: Grant["statement"]): string[] {
  if (isEverybody(principals))
    return required(conditions).some(([key, values]) => telling.test(key) && values.every(tells))
      ? []
      : ["allows any principal: specify the principal, or restrict the source with a condition."];
  const forOne = limits(conditions, "aws:SourceArn", isOne);
  const forAccount =
    limits(conditions, "aws:SourceAccount", isAccount) ||
    limits(conditions, "aws:SourceArn", namesAccount);
  const services = servicesIn(principals).filter((one) => sendsSource(one, actions));
  return services.flatMap((service) => [
    ...(forOne
      ? []
      : [`allows ${service} for any resource: restrict aws:SourceArn to the ARN of one resource.`]),
    ...(forAccount
      ? []
      : [`allows ${service} for any account: restrict aws:SourceAccount to this account.`]),
  ]);
}

/** Accepts a pattern of names, such as all alarms of a stack, but not all resources of a service. */
const isOne = (source: string): boolean =>
  (isNamed(source) && /^arn:[^:]*:[^:*?]+:/.test(source)) || isAllAlarms(source);

const isAccount = (value: string): boolean => /^\d{12}$/.test(value);

const namesAccount = (source: string): boolean => /^arn:([^:]*:){3}\d{12}:/.test(source);

/** A full ID, an ARN with an account, or a bucket ARN, which has no account but is globally unique. */
const tells = (value: string): boolean =>
  /^[^:*?]+$/.test(value) || namesAccount(value) || (isOne(value) && value.includes(":s3:"));
