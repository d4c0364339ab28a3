import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireRecovery: ResourceRule = {
  name: "dynamodb-table-require-recovery",
  displayName: "Tables can be restored",
  description: "Every table has point-in-time recovery enabled.",
  area: "failure paths",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Some tables contain only data that can be recomputed.",
  },
  framework: wellArchitected.backup,
  remediationSteps: "Set pointInTimeRecovery: { enabled: true }.",
  url: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Point-in-time-recovery.html",
  types: ["aws:dynamodb/table:Table"],
  check({ inputs }, report) {
    const enabled = inputs.at("pointInTimeRecovery", "enabled");
    if (enabled.isKnown() && enabled.flag() !== true)
      report("Has no point-in-time recovery: set pointInTimeRecovery.");
  },
};
