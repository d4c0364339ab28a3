import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

export const requireValidDashboard: ResourceRule = {
  name: "cloudwatch-dashboard-require-valid-body",
  displayName: "Dashboards have a valid body",
  description: "The body of every dashboard is a JSON object with widgets.",
  area: "validation",
  severity: "low",
  recommended: {
    level: "advisory",
    because: "CloudWatch rejects a dashboard with an invalid body.",
  },
  framework: wellArchitected.monitorAll,
  remediationSteps:
    "Create the body with JSON.stringify and include a `widgets` list in which each widget has a type.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html",
  types: ["aws:cloudwatch/dashboard:Dashboard"],
  check({ inputs }, report) {
    const body = inputs.at("dashboardBody");
    if (!body.isKnown()) return;
    const widgets = body.json().at("widgets");
    if (widgets.members().length === 0)
      return report(
        "Has a body that is not a JSON object with widgets: set dashboardBody to a list of widgets.",
      );
    widgets.items().forEach((widget, index) => {
      if (widget.at("type").text() === undefined)
        report(`Widget ${index + 1} has no type: set its type.`);
    });
  },
};
