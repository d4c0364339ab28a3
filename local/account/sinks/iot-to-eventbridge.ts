import { depthOf } from "../../services/sqs";
import { setAsideIn } from "../queues";
import type { Evidence, Sink } from "./sink";

/** Readings whose events the bus's archive holds, but for those that the incident handler failed at. */
export const eventbridge: Sink = {
  takes: () => true,
  async stored(evidence) {
    const { deployment, outputs } = evidence;
    const archived = deployment.eventBuses.archived(outputs.eventBus.archive ?? "");
    const failed = await failedIn(evidence);
    const ids = archived.map(({ detail }) => {
      const { deviceId, timestamp } = detail as Record<string, unknown>;
      return `${String(deviceId)}#${String(timestamp)}`;
    });
    return new Set(ids.filter((id) => !failed.has(id)));
  },
  sharedFailures: [],
};

async function failedIn({ platform: { clients }, outputs }: Evidence): Promise<Set<string>> {
  const url = outputs.failures["iot-to-eventbridge"] ?? "";
  // Reading a queue hides its messages for a moment, so an empty one is left alone.
  if ((await depthOf(clients, url)) === 0) return new Set();
  return setAsideIn(clients, url, outputs.topicPrefix);
}
