import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireOnDemandTable: ResourceRule = {
  name: "dynamodb-table-require-on-demand",
  displayName: "Tables use on-demand capacity",
  description: "Every table uses on-demand capacity mode.",
  area: "scalability",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Provisioned capacity can be a deliberate cost decision.",
  },
  framework: wellArchitected.scaling,
  remediationSteps: 'Set billingMode: "PAY_PER_REQUEST", and omit readCapacity and writeCapacity.',
  url: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html",
  types: ["aws:dynamodb/table:Table"],
  check({ inputs }, report) {
    const mode = inputs.at("billingMode");
    if (mode.isKnown() && mode.text() !== "PAY_PER_REQUEST")
      report(
        "Has provisioned capacity, which throttles writes above a fixed rate: set billingMode to PAY_PER_REQUEST.",
      );
  },
};
