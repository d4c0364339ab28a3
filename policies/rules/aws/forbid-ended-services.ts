import { wellArchitected } from "../../frameworks";
import { endedActions, endedTypes, type Ended } from "../../lifecycle";
import type { ResourceRule } from "../../rule";
import type { Place } from "../../stack/place";

export const forbidEndedServices: ResourceRule = {
  name: "aws-resource-forbid-ended-services",
  displayName: "Resources use services that AWS still offers",
  description: "No resource uses a service that AWS has discontinued or closed to new customers.",
  area: "lifecycle",
  severity: "high",
  recommended: {
    level: "mandatory",
    because:
      "The service rejects the resource, so the deployment fails or the resource does not work.",
  },
  framework: wellArchitected.vulnerabilities,
  remediationSteps: "Use the replacement service that the violation names.",
  url: "https://docs.aws.amazon.com/kinesisanalytics/latest/dev/discontinuation.html",
  types: [
    ...Object.keys(endedTypes),
    "aws:iot/topicRule:TopicRule",
    "aws:kinesisanalyticsv2/application:Application",
  ],
  check({ type, inputs }, report) {
    const ended = Object.hasOwn(endedTypes, type) ? endedTypes[type] : undefined;
    if (ended) report(sentence(ended));
    for (const [action, service] of Object.entries(endedActions))
      if (inputs.at(action).members().length > 0 || isKnownIn(inputs.at("errorAction", action)))
        report(sentence(service));
    if (inputs.at("runtimeEnvironment").peek()?.startsWith("SQL-"))
      report(
        sentence(endedTypes["aws:kinesis/analyticsApplication:AnalyticsApplication"] as Ended),
      );
  },
};

/** A member of an input that is not known is not known either. */
const isKnownIn = (place: Place): boolean => place.given && !place.isUnknown;

const sentence = ({ what, since, instead }: Ended): string =>
  `Is ${what}, which AWS ended or closed on ${since}: use ${instead}.`;
