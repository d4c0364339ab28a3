import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import type { Place } from "../../stack/place";

/** An account id where the region belongs, or the reverse: such an ARN names nothing, and AWS often accepts it all the same. */
export const forbidMisplacedArnParts: StackRule = {
  name: "aws-resource-forbid-misplaced-arn-parts",
  displayName: "ARNs have region and account in their places",
  description:
    "No ARN has an account id in place of its region, or a region in place of its account.",
  area: "validation",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "The ARN names nothing, so what depends on it fails.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps: "Write arn:<partition>:<service>:<region>:<account>:<resource>.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
  checkStack(stack, report) {
    for (const resource of stack.resources)
      for (const arn of new Set(misplacedIn(resource.inputs)))
        report(
          resource,
          `Names ${arn}, with region and account in each other's places: swap them.`,
        );
  },
};

const region = "[a-z]{2}(?:-[a-z]+)+-\\d+";
const misplaced = new RegExp(
  `\\barn:aws[a-z-]*:[a-z0-9-]+:(?:\\d{12}:[^:"'\\s]*|[^:"'\\s]*:${region}):[^"'\\s,\\\\]*`,
  "g",
);

function* misplacedIn(place: Place): Generator<string> {
  const text = place.peek();
  if (text === undefined) for (const member of place.members()) yield* misplacedIn(member);
  // Most texts hold no ARN at all.
  else if (text.includes("arn:aws")) yield* text.match(misplaced) ?? [];
}
