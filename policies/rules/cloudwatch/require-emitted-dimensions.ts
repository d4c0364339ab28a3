import { emitted } from "../../monitoring/metrics";
import { watchedIn, type Watched } from "../../monitoring/watched";
import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { nameInArn, type Kind, type Name } from "../../stack/names";
import type { Stack } from "../../stack/stack";

/** An alarm on a metric that nobody emits stays OK for ever, and looks just as one that watches. */
export const requireEmittedDimensions: StackRule = {
  name: "cloudwatch-alarm-require-emitted-dimensions",
  displayName: "Alarms watch metrics that exist",
  description:
    "An alarm names exactly the dimensions that the service emits the metric under, of a resource that is there.",
  area: "monitoring",
  severity: "high",
  framework: wellArchitected.notify,
  remediationSteps:
    "Write the dimensions of the service's page, with the physical name of the resource. Where a dimension's values are not documented, sum over it by a Metrics Insights query.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html",
  checkStack(stack, report) {
    for (const watched of watchedIn(stack)) {
      const fault = faultOf(stack, watched);
      if (fault) report(watched.alarm, `Watches ${watched.namespace} ${watched.metric} ${fault}`);
    }
  },
};

function faultOf(
  stack: Stack,
  { namespace, metric, dimensions, byQuery }: Watched,
): string | undefined {
  const rows = emitted.filter((row) => row.namespace === namespace);
  const row =
    rows.find(({ metrics }) => metrics?.includes(metric)) ?? rows.find(({ metrics }) => !metrics);
  if (rows.length === 0) return undefined;
  if (!row) return "which the service does not emit: see its page for the names.";

  const given = Object.keys(dimensions);
  const set = row.sets.find((one) =>
    byQuery ? given.every((name) => Object.hasOwn(one, name)) : same(Object.keys(one), given),
  );
  if (!set) {
    const sets = row.sets.map((one) => Object.keys(one).join(" and "));
    return `by ${given.join(" and ") || "no dimension"}: it is emitted by ${sets.join(", or by ")}.`;
  }
  for (const [name, meant] of Object.entries(set)) {
    const value = dimensions[name];
    if (value === undefined || meant === "any") continue;
    const wanted: Name | undefined =
      typeof meant === "object" ? nameInArn(value) : `${meant} ${value}`;
    const kind: Kind = typeof meant === "object" ? meant.arnOf : meant;
    // Events of other buses are watched too, the default one among them.
    const known = (wanted && stack.named(wanted)) ?? kind === "event bus";
    if (!known) return `of ${name} ${value}, and there is no ${kind} of that name in this stack.`;
  }
  return undefined;
}

const same = (a: string[], b: string[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));
