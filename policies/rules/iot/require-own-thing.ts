import { matchesPattern } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { namesOneCertificate, namesOneDevice } from "../../iam/device-variables";
import { grantsIn, type Grant } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/** One policy is attached to the certificates of all devices, so every device can use any resource with a fixed name. */
export const requireOwnThing: ResourceRule = {
  name: "iot-policy-require-own-thing",
  displayName: "Devices use only their own resources",
  description:
    "A device can connect, publish and receive only on resources that contain its own thing name or certificate.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "Every device can impersonate every other device.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Include ${iot:Connection.Thing.ThingName} in each client, topic and topic filter, and require iot:Connection.Thing.IsAttached when the device connects.",
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html",
  types: ["aws:iot/policy:Policy"],
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource, "device"))
      for (const finding of findingsIn(statement)) report(`${by} ${finding}`);
  },
};

/** Devices share a role alias; another rule requires that the role behind it names the device. */
const usesAlias = (actions: string[]): boolean =>
  actions.every((action) => action.toLowerCase() === "iot:assumerolewithcertificate");

function findingsIn({ actions, resources, conditions }: Grant["statement"]): string[] {
  if (usesAlias(actions)) return [];
  const shared = resources
    .filter((one) => !namesOneDevice(one))
    .map(
      (one) =>
        `allows every device to use ${one}: restrict the resource to the device's own thing name.`,
    );
  const connects = actions.some((action) => matchesPattern(action.toLowerCase(), "iot:connect"));
  const attached = Object.entries(conditions.Bool ?? {}).some(
    ([key, values]) =>
      key.toLowerCase() === "iot:connection.thing.isattached" &&
      values.every((value) => value === "true"),
  );
  // The certificate identifies the device without a thing.
  const byCertificate = resources.length > 0 && resources.every(namesOneCertificate);
  return connects && !attached && !byCertificate
    ? [
        ...shared,
        "allows a certificate without an attached thing to connect: require iot:Connection.Thing.IsAttached.",
      ]
    : shared;
}
