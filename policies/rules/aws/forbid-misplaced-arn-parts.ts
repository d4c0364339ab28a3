import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { once } from "../../stack/once";
import type { Place } from "../../stack/place";

/** An account ID in place of the Region, or the reverse: such an ARN matches no resource, but AWS often accepts it. */
export const forbidMisplacedArnParts: StackRule = {
  name: "aws-resource-forbid-misplaced-arn-parts",
  displayName: "ARNs have the Region and the account in the correct positions",
  description:
    "No ARN has an account ID in place of its Region, or a Region in place of its account ID.",
  area: "validation",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "The ARN matches no resource, so calls that depend on it fail.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps: "Use the format arn:<partition>:<service>:<region>:<account>:<resource>.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
  checkStack(stack, report) {
    for (const resource of stack.resources)
      for (const arn of misplacedIn(resource.inputs))
        report(resource, `Names ${arn}, which has its region and account transposed: swap them.`);
  },
};

const region = "[a-z]{2}(?:-[a-z]+)+-\\d+";
const misplaced = new RegExp(
  `\\barn:aws[a-z-]*:[a-z0-9-]+:(?:\\d{12}:[^:"'\\s]*|[^:"'\\s]*:${region}):[^"'\\s,\\\\]*`,
  "g",
);

const misplacedIn = once(
  (inputs: Place): Set<string> =>
    new Set(
      inputs.leaves().flatMap((place) => {
        const text = place.peek();
        // Most strings contain no ARN.
        return text?.includes("arn:aws") ? (text.match(misplaced) ?? []) : [];
      }),
    ),
);
