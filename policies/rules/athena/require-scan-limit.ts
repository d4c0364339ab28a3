import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireScanLimit: ResourceRule = {
  name: "athena-workgroup-require-scan-limit",
  displayName: "Workgroups limit what a query reads",
  description:
    "Every workgroup cancels queries that read more than a limit, and its settings apply to every query.",
  area: "cost",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "A query without a limit costs money but loses no data.",
  },
  framework: wellArchitected.costEstimate,
  remediationSteps:
    "Set configuration.bytesScannedCutoffPerQuery, and omit configuration.enforceWorkgroupConfiguration or set it to true.",
  url: "https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html",
  types: ["aws:athena/workgroup:Workgroup"],
  check({ inputs }, report) {
    const configuration = inputs.at("configuration");
    if (!configuration.at("bytesScannedCutoffPerQuery").given)
      report(
        "Lets a query read any number of bytes: set configuration.bytesScannedCutoffPerQuery.",
      );
    if (configuration.at("enforceWorkgroupConfiguration").flag() === false)
      report(
        "Lets a client replace the settings of the workgroup: set configuration.enforceWorkgroupConfiguration to true.",
      );
  },
};
