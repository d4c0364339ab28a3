import { wellArchitected } from "../../frameworks";
import { isAllAlarms, isNamed } from "../../iam/breadth";
import type { ResourceRule } from "../../rule";
import { arnParts, type ArnParts } from "../../stack/names";

export const requirePermissionSource: ResourceRule = {
  name: "lambda-permission-require-permission-source",
  displayName: "Functions are invoked by exactly whom they must",
  description: "A permission to invoke names the one resource for which the service may do so.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Any resource of any account can invoke the function through the service.",
  },
  framework: wellArchitected.crossAccount,
  remediationSteps:
    "Set sourceArn to the ARN of the topic, rule, bucket or API, and sourceAccount where that ARN holds no account.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/permissions-function-services.html",
  types: ["aws:lambda/permission:Permission"],
  check({ inputs }, report) {
    const principal = inputs.at("principal").text();
    if (principal === "*") return report("Lets everybody invoke the function: name the principal.");
    if (!principal?.endsWith(".amazonaws.com")) return;
    const source = inputs.at("sourceArn");
    if (source.isUnknown) return;
    const arn = source.text();
    const parts = arn && arnParts(arn);
    if (!parts || !isOne(arn, parts) || /[*?]/.test(parts.account))
      report(`Lets ${principal} invoke the function for any resource: set sourceArn.`);
    else if (parts.account === "" && !inputs.at("sourceAccount").given)
      report(`Lets ${principal} invoke the function for any account: set sourceAccount.`);
  },
};

/** An API's ARN goes on with stage, method and path, which may all be any; before that stands the API itself. */
const isOne = (arn: string, { service, resource }: ArnParts): boolean =>
  service === "execute-api"
    ? /^[^*?/]/.test(resource)
    : resource !== "" && (isNamed(arn) || isAllAlarms(arn));
