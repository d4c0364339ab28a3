import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireOnDemandTable: ResourceRule = {
  name: "dynamodb-table-require-on-demand",
  displayName: "Tables grow with the fleet",
  description: "Every table has capacity on demand.",
  area: "scalability",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "Provisioned capacity is a choice of cost.",
  },
  framework: wellArchitected.scaling,
  remediationSteps:
    'Set billingMode: "PAY_PER_REQUEST", and leave out readCapacity and writeCapacity.',
  url: "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/capacity-mode.html",
  types: ["aws:dynamodb/table:Table"],
  check({ inputs }, report) {
    const mode = inputs.at("billingMode");
    if (mode.isKnown() && mode.text() !== "PAY_PER_REQUEST")
      report(
        "Has a fixed capacity, at which writes are throttled: set billingMode to PAY_PER_REQUEST.",
      );
  },
};
