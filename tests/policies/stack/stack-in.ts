import { wellArchitected } from "../../../policies/frameworks";
import type { StackRule } from "../../../policies/rule";
import type { Stack } from "../../../policies/stack/model";
import { findings, recorded, type Given } from "../../support/policy";

/** The stack that a rule sees, by way of the SDK. */
export async function stackIn(...given: Given[]): Promise<Stack> {
  const seen: Stack[] = [];
  const look: StackRule = {
    name: "stack-require-look",
    displayName: "Looks",
    description: "Looks at the stack.",
    area: "validation",
    severity: "low",
    recommended: { level: "advisory", because: "A double." },
    framework: wellArchitected.leastPrivilege,
    remediationSteps: "None.",
    url: "https://docs.aws.amazon.com/x.html",
    checkStack: (stack) => void seen.push(stack),
  };
  await findings([look], recorded(given));
  const [stack] = seen;
  if (!stack) throw new Error("The rule saw no stack.");
  return stack;
}
