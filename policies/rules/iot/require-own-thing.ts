import { matchesPattern } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { namesOneDevice } from "../../iam/device-variables";
import { grantsIn, type Grant } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** One policy is attached to the certificate of every device; whatever it names by a fixed name, all of them may use. */
export const requireOwnThing: ResourceRule = {
  name: "iot-policy-require-own-thing",
  displayName: "Devices use their own resources only",
  description:
    "A device may connect, publish and receive only where its own name or certificate is in the resource.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Every device can act as every other device.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Write ${iot:Connection.Thing.ThingName} into each client, topic and topic filter, and ask for iot:Connection.Thing.IsAttached when the device connects.",
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html",
  types: ["aws:iot/policy:Policy"],
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource, "device"))
      for (const finding of findingsIn(statement)) report(`${by} ${finding}`);
  },
};

function findingsIn({ actions, resources, conditions }: Grant["statement"]): string[] {
  const shared = resources
    .filter((one) => !namesOneDevice(one))
    .map((one) => `lets every device use ${one}: name its own thing there.`);
  const connects = actions.some((action) => matchesPattern(action.toLowerCase(), "iot:connect"));
  const attached = Object.entries(conditions.Bool ?? {}).some(
    ([key, values]) =>
      key.toLowerCase() === "iot:connection.thing.isattached" &&
      values.every((value) => value === "true"),
  );
  return connects && !attached
    ? [
        ...shared,
        "lets a certificate connect that no thing has: ask for iot:Connection.Thing.IsAttached.",
      ]
    : shared;
}
