import { wellArchitected } from "../../frameworks";
import { documentsIn } from "../../iam/documents";
import { servicesIn } from "../../iam/principals";
import type { StackRule } from "../../rule";
import type { Resource } from "../../stack/resource";
import { statementsByRole } from "../../stack/roles";

/** The variables of the credentials provider that are unique to one device. The type of a thing is not. */
const own = /\$\{credentials-iot:(ThingName|AwsCertificateId)\}/i;

/** All devices that may use an alias share the role behind it; only the variables of the credentials provider tell them apart. */
export const requireOwnResources: StackRule = {
  name: "iot-role-alias-require-own-resources",
  displayName: "Credentials of devices reach their own resources only",
  description:
    "Each statement of a role that the AWS IoT credentials provider assumes names the device in every resource.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Every device with the role alias can use the resources of every other device.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Include ${credentials-iot:ThingName} in each resource, such as a folder of a bucket, and have devices send the header x-amzn-iot-thingname.",
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/authorizing-direct-aws.html",
  checkStack(stack, report) {
    for (const role of stack.of("aws:iam/role:Role").filter(isOfDevices))
      for (const { statement, called, holder } of statementsByRole(stack).get(role) ?? []) {
        if (statement.effect === "Deny") continue;
        for (const resource of statement.resources ?? ["every resource"])
          if (!own.test(resource))
            report(
              holder,
              `${called} allows every device to use ${resource}: include \${credentials-iot:ThingName} in the resource.`,
            );
      }
  },
};

const isOfDevices = (role: Resource): boolean =>
  documentsIn(role, "trust").some(({ statements }) =>
    statements.some(
      ({ effect, principals }) =>
        effect === "Allow" && servicesIn(principals).includes("credentials.iot.amazonaws.com"),
    ),
  );
