import { metricDimensions, type Dimensions } from "../../data/metric-dimensions";
import { isUncounted, meantNamespace, misnamedMetric } from "../../monitoring/metric-names";
import { customBus } from "../../monitoring/surfaces";
import { watchedIn, type Watched } from "../../monitoring/watched";
import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import { nameInArn, type Kind, type Name } from "../../stack/names";
import type { Stack } from "../../stack/model";

/** An alarm on a metric that the service never emits does not enter the ALARM state. */
export const requireEmittedDimensions: StackRule = {
  name: "cloudwatch-alarm-require-emitted-dimensions",
  displayName: "Alarms watch metrics that exist",
  description:
    "Every alarm uses exactly the dimensions with which the service emits the metric, for a resource that exists.",
  area: "monitoring",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "The alarm never fires.",
  },
  framework: wellArchitected.notify,
  remediationSteps:
    "Use the dimensions in the service documentation, with the physical name of the resource. If the values of a dimension are not documented, aggregate over it with a Metrics Insights query.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/aws-services-cloudwatch-metrics.html",
  checkStack(stack, report) {
    for (const watched of watchedIn(stack)) {
      const what = `${watched.namespace} ${watched.metric}`;
      const { fault, doubt } = lookedAt(stack, watched);
      if (fault) report(watched.alarm, `Watches ${what} ${fault}`);
      if (doubt) report.undecided(watched.alarm, `Whether ${what} is emitted ${doubt}`);
    }
  },
};

/** The fault of a watched metric, or the fact that this stack cannot determine: each is the end of a sentence. */
interface Verdict {
  fault?: string;
  doubt?: string;
}

function lookedAt(stack: Stack, watched: Watched): Verdict {
  const { namespace, metric, dimensions } = watched;
  const namespaceMeant = meantNamespace(namespace);
  if (namespaceMeant !== undefined)
    return { fault: `in a namespace that does not exist: use ${namespaceMeant}.` };
  if (isUncounted(namespace, metric))
    return {
      fault: "which the service does not emit: use a metric that the service documentation lists.",
    };
  const misnamed = misnamedMetric(namespace, metric);
  if (misnamed?.kind === "mistyped")
    return {
      fault: `which the service does not emit: use ${misnamed.meant} (${misnamed.page}).`,
    };
  if (misnamed)
    return {
      doubt: `was not verified: ${misnamed.page} lists no such metric in this pack's copy.`,
    };
  const rows = metricDimensions.filter((row) => row.namespace === namespace);
  const row =
    rows.find(({ metrics }) => metrics?.includes(metric)) ?? rows.find(({ metrics }) => !metrics);
  // The documentation does not list the dimensions of every metric.
  if (!row) return {};
  const set = setOf(row, watched);
  if (!set) {
    const given = Object.keys(dimensions).join(" and ") || "no dimension";
    const sets = row.sets.map((one) => Object.keys(one).join(" and ") || "no dimension");
    return { fault: `by ${given}: the service emits it by ${sets.join(", or by ")}.` };
  }
  return namesIn(stack, set, dimensions) ?? onItsBus(stack, watched) ?? {};
}

function setOf(
  { sets }: Dimensions,
  { dimensions, byQuery }: Watched,
): Dimensions["sets"][number] | undefined {
  const given = Object.keys(dimensions);
  return sets.find((one) =>
    byQuery ? given.every((name) => Object.hasOwn(one, name)) : same(Object.keys(one), given),
  );
}

/** Checks that the resources that the dimensions name exist. A resource that is not in this stack can be in another stack. */
function namesIn(
  stack: Stack,
  set: Dimensions["sets"][number],
  dimensions: Watched["dimensions"],
): Verdict | undefined {
  for (const [name, meant] of Object.entries(set)) {
    const value = dimensions[name];
    if (value === undefined || meant === "any") continue;
    const isArn = typeof meant === "object";
    const kind: Kind = isArn ? meant.arnOf : meant;
    const wanted: Name | undefined = isArn ? nameInArn(value) : `${meant} ${value}`;
    // Alarms can also watch other event buses, including the default bus.
    if ((wanted && stack.named(wanted)) || kind === "event bus") continue;
    const nothing = `there is no ${kind} of that name in this stack.`;
    return isArn && !value.startsWith("arn:")
      ? { fault: `of ${name} ${value}, and ${nothing}` }
      : { doubt: `for ${name} ${value} was not verified: ${nothing}` };
  }
  return undefined;
}

/**
 * Metrics with only the rule as a dimension belong to the default bus.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
function onItsBus(stack: Stack, { namespace, dimensions, byQuery }: Watched): Verdict | undefined {
  const name = dimensions.RuleName;
  if (namespace !== "AWS/Events" || byQuery) return undefined;
  const rule = name && stack.named(`event rule ${name}`);
  const bus = rule && customBus(rule);
  if (!bus || Object.hasOwn(dimensions, "EventBusName")) return undefined;
  const called = bus.name === undefined ? "a custom event bus" : `the bus ${bus.name}`;
  return { fault: `by RuleName: the rule is on ${called}, so add EventBusName.` };
}

const same = (a: string[], b: string[]): boolean =>
  a.length === b.length && a.every((one) => b.includes(one));
