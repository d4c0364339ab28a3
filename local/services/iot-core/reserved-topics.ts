/** AWS's features with reserved topics that the local IoT Core lacks; `+` is any name, `#` any rest. */
const lacking: [feature: string, topics: string[]][] = [
  ["device shadows", ["$aws/things/+/shadow/#"]],
  ["jobs", ["$aws/things/+/jobs/#"]],
  ["Device Defender", ["$aws/things/+/defender/#"]],
  ["secure tunneling", ["$aws/things/+/tunnels/#"]],
  ["MQTT-based file delivery", ["$aws/things/+/streams/#"]],
  ["commands", ["$aws/commands/#"]],
  ["Device Location", ["$aws/device_location/#"]],
  ["fleet provisioning", ["$aws/certificates/#", "$aws/provisioning-templates/#"]],
  ["AWS IoT SiteWise's asset properties", ["$aws/sitewise/#"]],
  ["events of subscriptions", ["$aws/events/subscriptions/#"]],
  ["events of certificates", ["$aws/events/certificates/#"]],
  ["events of jobs", ["$aws/events/job/#", "$aws/events/jobExecution/#"]],
  [
    "events of the registry",
    [
      "$aws/events/thing/#",
      "$aws/events/thingGroup/#",
      "$aws/events/thingType/#",
      "$aws/events/thingTypeAssociation/#",
      "$aws/events/thingGroupMembership/#",
      "$aws/events/thingGroupHierarchy/#",
    ],
  ],
];

/** Clients may subscribe to presence events, which exist here. */
const presence = "$aws/events/presence/";

/**
 * Says in one sentence why nothing can be published to a reserved topic, or subscribed to by a reserved filter, naming the features of
 * AWS that the local IoT Core lacks there; undefined for one that is not reserved.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/reserved-topics.html
 */
export function reservedFault(topic: string): string | undefined {
  if (!topic.startsWith("$")) return undefined;
  const features = lacking
    .filter(([, filters]) => filters.some((filter) => overlap(filter.split("/"), topic.split("/"))))
    .map(([feature]) => feature);
  if (features.length > 0)
    return `'${topic}' is reserved for ${features.join(", ")}, which the local IoT Core lacks.`;
  return topic.startsWith(presence)
    ? `'${topic}' is reserved for presence events, which AWS IoT Core alone publishes.`
    : `'${topic}' is reserved, and AWS IoT Core defines no such topic.`;
}

/** The same for a filter; undefined for presence events too. */
export const reservedFilterFault = (filter: string): string | undefined =>
  filter.startsWith(presence) ? undefined : reservedFault(filter);

/** Whether some topic matches both filters, each by its levels. */
function overlap([one, ...rest]: string[], [other, ...others]: string[]): boolean {
  if (one === "#" || other === "#") return true;
  if (one === undefined || other === undefined) return one === other;
  return (one === other || one === "+" || other === "+") && overlap(rest, others);
}
