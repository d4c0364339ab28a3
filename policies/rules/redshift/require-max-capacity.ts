import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireMaxCapacity: ResourceRule = {
  name: "redshift-workgroup-require-max-capacity",
  displayName: "Serverless workgroups have a maximum capacity",
  description: "Every Redshift Serverless workgroup limits the capacity that a query may use.",
  area: "cost",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "A workgroup without a maximum costs money but loses no data.",
  },
  framework: wellArchitected.costEstimate,
  remediationSteps: "Set maxCapacity to the highest number of RPUs that the workgroup may use.",
  url: "https://docs.aws.amazon.com/redshift/latest/mgmt/serverless-capacity.html",
  types: ["aws:redshiftserverless/workgroup:Workgroup"],
  check({ inputs }, report) {
    if (!inputs.at("maxCapacity").given)
      report("Scales to any capacity that the account allows: set maxCapacity.");
  },
};
