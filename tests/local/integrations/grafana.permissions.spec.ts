import { describeDenials } from "./denials";
import { deployed } from "./world";

/** Grafana assumes the role, so that tests/components/grafana.spec.ts compares each of its statements with what its queries need. */
const reason = "Amazon Managed Grafana, which assumes the role, does not run here";

describeDenials(["grafana"], ({ unseen }) => {
  before(() => deployed("grafana"));

  unseen(
    Object.fromEntries(
      [
        ...["ReadMetrics", "FindAlarms", "ReadAlarms", "QueryLogs", "RunQueries", "EndQueries"],
        ...["FindResults", "KeepResults", "ReadSchema", "FindReadings", "ReadReadings"],
      ].map((statement) => [`grafana-role/${statement}`, reason]),
    ),
    ({ deployment }) => deployment.idle(),
  );
});
