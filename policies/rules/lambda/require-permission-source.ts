import { wellArchitected } from "../../frameworks";
import { isAllAlarms, isNamed } from "../../iam/breadth";
import type { ResourceRule } from "../../rule";
import { arnParts, type ArnParts } from "../../stack/names";

export const requirePermissionSource: ResourceRule = {
  name: "lambda-permission-require-permission-source",
  displayName: "Function permissions specify one source",
  description:
    "Every permission to invoke a function specifies the one resource for which the service can invoke it.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Any resource of any account can invoke the function through the service.",
  },
  framework: wellArchitected.crossAccount,
  remediationSteps:
    "Set sourceArn to the ARN of the topic, rule, bucket or API, and set sourceAccount if that ARN contains no account ID.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html",
  types: ["aws:lambda/permission:Permission"],
  check({ inputs }, report) {
    const principal = inputs.at("principal").text();
    if (principal === "*")
      return report("Allows any principal to invoke the function: specify the principal.");
    if (!principal?.endsWith(".amazonaws.com")) return;
    const source = inputs.at("sourceArn");
    if (source.isUnknown) return;
    const arn = source.text();
    const parts = arn && arnParts(arn);
    if (!parts || !isOne(arn, parts) || /[*?]/.test(parts.account))
      report(`Allows ${principal} to invoke the function for any resource: set sourceArn.`);
    else if (parts.account === "" && !inputs.at("sourceAccount").given)
      report(`Allows ${principal} to invoke the function for any account: set sourceAccount.`);
  },
};

/** The ARN of an API ends with stage, method and path, which can be wildcards; the API ID must be specific. */
const isOne = (arn: string, { service, resource }: ArnParts): boolean =>
  service === "execute-api"
    ? /^[^*?/]/.test(resource)
    : resource !== "" && (isNamed(arn) || isAllAlarms(arn));
