import { levelOf } from "../../../reading/severity";
import type { Sink } from "./sink";

/** Critical readings that every subscriber of the alerts has been told of. */
export const sns: Sink = {
  takes: ({ fields }) => levelOf(fields) === "critical",
  async stored({ platform: { inbox }, deployment: { resources }, outputs: { topics } }) {
    const told = resources
      .filter(
        ({ type, plain }) =>
          type === "aws:sns/topicSubscription:TopicSubscription" && plain.topic === topics.alerts,
      )
      .map(
        ({ plain }) =>
          new Set(
            inbox
              .received(plain.endpoint as string)
              .map(({ attributes }) => `${attributes.deviceId}#${attributes.timestamp}`),
          ),
      );
    const [first = new Set<string>(), ...others] = told;
    return new Set([...first].filter((id) => others.every((ids) => ids.has(id))));
  },
  sharedFailures: [],
};
