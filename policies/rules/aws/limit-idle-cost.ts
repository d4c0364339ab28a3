import { costOf, idleQuantities, mayCostIdle, priceRegion, type Inputs } from "../../../pricing";
import { wellArchitected } from "../../frameworks";
import { integer } from "../../parameters";
import type { StackRule } from "../../rule";
import { once } from "../../stack/once";
import type { Place } from "../../stack/place";
import type { Resource } from "../../stack/resource";

const monthlyDollars = integer(
  "The budget in US dollars per month for resources that cost money while no message arrives.",
  { usually: 100, from: 0, to: 1_000_000 },
);

export const limitIdleCost: StackRule = {
  name: "aws-stack-limit-idle-cost",
  displayName: "The stack's idle cost is within its budget",
  description:
    "The resources of a stack cost at most the budget per month while no message arrives. The rule never rejects a stack; it advises.",
  area: "cost",
  severity: "low",
  recommended: { level: "advisory", because: "The budget is a decision of the stack's owner." },
  framework: wellArchitected.costEstimate,
  remediationSteps:
    "Turn off integrations that you do not need, or set monthlyDollars to the amount that you accept.",
  url: "https://docs.aws.amazon.com/wellarchitected/latest/cost-optimization-pillar/cost_select_service_analyze_over_time.html",
  parameters: { monthlyDollars },
  checkStack({ resources }, report, settings) {
    const budget = Number(settings["monthlyDollars"]);
    const priced = resources.map((resource) => ({ resource, dollars: idleDollars(resource) }));
    const total = priced.reduce((sum, { dollars }) => sum + dollars, 0);
    const most = priced.reduce((most, { dollars }) => Math.max(most, dollars), 0);
    const [dearest] = priced
      .filter(({ dollars }) => dollars === most)
      .sort((a, b) => a.resource.urn.localeCompare(b.resource.urn));
    if (dearest && total > budget)
      report.advise(
        dearest.resource,
        `Costs ${dearest.dollars.toFixed(2)} of the ${total.toFixed(2)} US dollars per month that the stack costs while idle (prices of ${priceRegion}); the budget is ${budget}: turn off what you do not need, or raise monthlyDollars.`,
      );
  },
};

/** Types without a known price count as free. */
const idleDollars = ({ type, inputs }: Resource): number =>
  mayCostIdle(type) ? costOf(idleQuantities(type, knownInputs(inputs)) ?? {}) : 0;

const knownInputs = once((inputs: Place): Inputs => (inputs.knownPart() ?? {}) as Inputs);
