import { wellArchitected } from "../../frameworks";
import { endedActions, endedTypes, type Ended } from "../../lifecycle";
import type { ResourceRule } from "../../rule";

export const forbidEndedServices: ResourceRule = {
  name: "aws-resource-forbid-ended-services",
  displayName: "Nothing is built on services that have ended",
  description: "No resource belongs to a service that AWS has ended or closed to new customers.",
  area: "lifecycle",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "The service refuses the resource, so the deployment fails or nothing works.",
  },
  framework: wellArchitected.vulnerabilities,
  remediationSteps: "Build on the service that the violation names as the successor.",
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
      if (inputs.at(action).members().length > 0 || inputs.at("errorAction", action).given)
        report(sentence(service));
    if (inputs.at("runtimeEnvironment").peek()?.startsWith("SQL-"))
      report(
        sentence(endedTypes["aws:kinesis/analyticsApplication:AnalyticsApplication"] as Ended),
      );
  },
};

const sentence = ({ what, since, instead }: Ended): string =>
  `Is ${what}, which AWS ended or closed on ${since}: use ${instead}.`;
