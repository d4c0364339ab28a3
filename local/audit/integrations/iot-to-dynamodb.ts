import { sink } from "../../../operations/sinks/iot-to-dynamodb";
import type { IntegrationAudit } from "../integration-audit";
import { searchIn } from "../search";

export const audit: IntegrationAudit = {
  sink: {
    expects: ({ fields }) => sink.expects(fields),
    stored: (evidence) => sink.stored(searchIn(evidence)),
    sharedFailures: sink.sharedFailures,
  },
};
