import { analysedImages } from "../../../operations/sinks/camera-to-rekognition";
import type { IntegrationAudit } from "../integration-audit";
import { searchClients } from "../search";

/** Images whose labels are in the table. */
export const audit: IntegrationAudit = {
  sink: {
    channel: "images",
    expects: () => true,
    stored: ({ platform: { clients }, outputs }) =>
      analysedImages({ clients: searchClients(clients), outputs }),
    sharedFailures: [],
  },
};
