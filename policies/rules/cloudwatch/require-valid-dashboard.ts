import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireValidDashboard: ResourceRule = {
  name: "cloudwatch-dashboard-require-valid-body",
  displayName: "Dashboards can be drawn",
  description: "The body of every dashboard is JSON with widgets.",
  area: "validation",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "CloudWatch itself refuses a dashboard that it cannot draw.",
  },
  framework: wellArchitected.monitorAll,
  remediationSteps: "Write the body by JSON.stringify, with a list `widgets`, each with a type.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html",
  types: ["aws:cloudwatch/dashboard:Dashboard"],
  check({ inputs }, report) {
    const body = inputs.at("dashboardBody");
    if (!body.isKnown()) return;
    const widgets = body.json().at("widgets");
    if (widgets.members().length === 0) return report("Its body is not JSON that has widgets.");
    widgets.items().forEach((widget, index) => {
      if (widget.at("type").text() === undefined) report(`Widget ${index + 1} has no type.`);
    });
  },
};
