import { levelOf } from "../../../reading/severity";
import { mutedBy } from "../gates";
import type { IntegrationAudit } from "../integration-audit";

/** Critical readings whose alert every subscriber received, and those that the gate muted. */
export const audit: IntegrationAudit = {
  sink: {
    expects: ({ fields }) => levelOf(fields) === "critical",
    async stored({ platform: { inbox }, deployment: { resources }, outputs }) {
      const topicArn = outputs.of["iot-to-sns"]?.alertsTopicArn;
      const received = resources
        .filter(
          ({ type, plain }) =>
            type === "aws:sns/topicSubscription:TopicSubscription" && plain.topic === topicArn,
        )
        .map(
          ({ plain }) =>
            new Set(
              inbox
                .received(plain.endpoint as string)
                // Other integrations may send alerts about the same reading to the same person.
                .filter((alert) => alert.topicArn === topicArn)
                .map(({ attributes }) => `${attributes.deviceId}#${attributes.timestamp}`),
            ),
        );
      const [first = new Set<string>(), ...others] = received;
      return new Set([...first].filter((id) => others.every((ids) => ids.has(id))));
    },
    muted: ({ platform: { clients }, outputs }) =>
      mutedBy(clients, outputs.of["iot-to-sns"]?.gateTable ?? ""),
    sharedFailures: [],
  },
};
