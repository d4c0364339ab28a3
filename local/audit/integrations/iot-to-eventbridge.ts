import { ownOf } from "../../../operations/redrive/own";
import { setAsideIn } from "../../../operations/sinks/queues";
import type { Evidence, IntegrationAudit } from "../integration-audit";
import { peeking } from "../peeking";
import { searchClients } from "../search";

/** Readings whose events the bus's archive holds, without those that the incident handler failed to process. */
export const audit: IntegrationAudit = {
  sink: {
    expects: () => true,
    async stored(evidence) {
      const { archiveName = "" } = evidence.outputs.of["iot-to-eventbridge"] ?? {};
      const archived = evidence.deployment.eventBuses.archived(archiveName);
      const failed = await failedIn(evidence);
      const ids = archived.map(({ detail }) => {
        const { deviceId, timestamp } = detail as Record<string, unknown>;
        return `${String(deviceId)}#${String(timestamp)}`;
      });
      return new Set(ids.filter((id) => !failed.has(id)));
    },
    sharedFailures: [],
  },
};

async function failedIn({ platform: { clients }, outputs }: Evidence): Promise<Set<string>> {
  const own = ownOf(outputs, "iot-to-eventbridge");
  return setAsideIn(searchClients(clients), own, peeking(clients.account));
}
