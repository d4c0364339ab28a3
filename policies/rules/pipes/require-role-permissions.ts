import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import type { Resource } from "../../stack/resource";
import type { Stack } from "../../stack/model";

/** The types that give permissions to a role, and the input that names the role. */
const givers = [
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
];

/**
 * EventBridge checks the role after it accepted a pipe. A pipe that is refused stays in the state CREATE_FAILED, and the provider does
 * not try again, as it does for most other services.
 */
export const requireRolePermissions: StackRule = {
  name: "pipes-pipe-require-role-permissions",
  displayName: "Pipes are created after the permissions of their role",
  description:
    "Every pipe depends on each resource of the stack that gives permissions to its role.",
  area: "validation",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Only the first update fails; the next one replaces the pipe.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Add the policies and attachments of the role to dependsOn of the pipe. IAM takes some seconds more: wait in a beforeCreate hook, as components/parts/role-arrival.ts does.",
  url: "https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html#troubleshoot_general_eventual-consistency",
  checkStack(stack, report) {
    for (const pipe of stack.of("aws:pipes/pipe:Pipe")) {
      const role = stack.referredTo(pipe, pipe.inputs.at("roleArn"), "role");
      for (const giver of role ? giversOf(stack, role) : [])
        if (!pipe.dependencies.includes(giver.urn))
          report(
            pipe,
            `May be created before '${giver.name}' gives its role permissions: add it to dependsOn.`,
          );
    }
  },
};

const giversOf = (stack: Stack, role: Resource): Resource[] =>
  stack
    .of(...givers)
    .filter((giver) => stack.referredTo(giver, giver.inputs.at("role"), "role") === role);
