import { matchesPattern } from "../../../iam";
import { wellArchitected } from "../../frameworks";
import { grantsIn } from "../../iam/documents";
import type { ResourceRule } from "../../rule";

/**
 * Rules read the device, and after a redrive the time of receipt, from the levels of a topic. What a device may write into them must be
 * its own name and nothing else.
 */
export const requireExactTopics: ResourceRule = {
  name: "iot-policy-require-exact-topics",
  displayName: "Devices cannot forge the topics that rules trust",
  description:
    "A device cannot publish by Basic Ingest, nor to topics with a wildcard before its own name or in the same level.",
  area: "least privilege",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "A device can send messages as another device, or as received at another time.",
  },
  framework: wellArchitected.leastPrivilege,
  remediationSteps:
    "Allow iot:Publish only on topics with ${iot:Connection.Thing.ThingName} as a whole level and without a wildcard before it; do not allow $aws/rules/.",
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/iot-basic-ingest.html",
  types: ["aws:iot/policy:Policy"],
  check(resource, report) {
    for (const { statement, by } of grantsIn(resource, "device")) {
      if (!statement.actions.some((action) => matchesPattern(action.toLowerCase(), "iot:publish")))
        continue;
      for (const one of statement.resources) {
        const topic = topicIn(one);
        if (topic === undefined) continue;
        if (reachesBasicIngest(topic))
          report(
            `${by} allows devices to publish to ${one}, by Basic Ingest: the device chooses the rule and every level of the topic that the rule reads.`,
          );
        if (blursOwnName(topic))
          report(
            `${by} allows devices to publish to ${one}: a wildcard before or beside the own name allows the names of other devices.`,
          );
      }
    }
  },
};

/** The topic of a resource; "*" for a resource of any type. */
function topicIn(resource: string): string | undefined {
  if (/^\*+$/.test(resource)) return "*";
  return /^(?:[^:]*:){5}topic\/(.*)$/s.exec(resource)?.[1];
}

const basicIngest = "$aws/rules/";

/** A variable stands for the name of a device, which cannot begin with `$`. */
function reachesBasicIngest(topic: string): boolean {
  const [head = ""] = topic.split(/[*?]|\$\{/);
  const goesOn = /^[*?]/.test(topic.slice(head.length));
  return head.startsWith(basicIngest) || (goesOn && basicIngest.startsWith(head));
}

function blursOwnName(topic: string): boolean {
  const [before = "", ...after] = topic.split(/\$\{[^}]*\}/);
  return after.length > 0 && (/[*?]/.test(before) || /^[^/]*[*?]/.test(after[0] ?? ""));
}
