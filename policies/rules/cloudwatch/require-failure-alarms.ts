import { surfacesOf, type Surface } from "../../monitoring/surfaces";
import { watchedIn, type Watched } from "../../monitoring/watched";
import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import type { Resource } from "../../stack/resource";
import type { Stack } from "../../stack/model";
import { whereaboutsOf } from "../../stack/whereabouts";

export const requireFailureAlarms: StackRule = {
  name: "cloudwatch-alarm-require-failure-surfaces",
  displayName: "Every failure metric has an alarm",
  description: "Every metric that reports failures of a resource has an alarm in its Region.",
  area: "monitoring",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Some programs use monitoring other than alarms in the same stack.",
  },
  framework: wellArchitected.monitorAll,
  remediationSteps:
    "Create an aws.cloudwatch.MetricAlarm on the metric that the violation names, with the resource's name as dimension.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html",
  checkStack(stack, report) {
    const watched = watchedIn(stack);
    const inRegion = regionsIn(stack);
    const missing = new Map<Resource, [Surface, ...Surface[]]>();
    for (const surface of surfacesOf(stack)) {
      if (watched.some((one) => watches(one, surface) && inRegion(one, surface))) continue;
      const before = missing.get(surface.resource);
      missing.set(surface.resource, before ? [...before, surface] : [surface]);
    }
    for (const [resource, surfaces] of missing) report(resource, sentence(surfaces));
  },
};

/** One sentence for all metrics of a resource that no alarm watches. */
function sentence(surfaces: [Surface, ...Surface[]]): string {
  const [first] = surfaces;
  const metrics = [...new Set(surfaces.map(({ metric }) => metric))].join(", ");
  const names = [first.beside?.[0] ?? [], first.dimension[0]].flat().join(" and ");
  const where = first.region === undefined ? "" : ` in ${first.region}`;
  const what = surfaces.length === 1 ? "an alarm on it" : "an alarm on each";
  return `No alarm watches ${first.namespace} ${metrics}: create ${what}${where} by ${names}.`;
}

/** An alarm watches metrics of its own Region. Where the Region of the stack is not known, any alarm may be in it. */
function regionsIn(stack: Stack): (watched: Watched, surface: Surface) => boolean {
  const own = whereaboutsOf(stack)?.region;
  const regionOf = ({ inputs }: Resource) => inputs.at("region").peek() ?? own;
  return ({ alarm }, { resource, region = regionOf(resource) }) => {
    const watching = regionOf(alarm);
    return watching === undefined || region === undefined || watching === region;
  };
}

function watches(
  watched: Watched,
  { resource, namespace, metric, dimension, beside }: Surface,
): boolean {
  const [name, value] = dimension;
  if (watched.namespace !== namespace || watched.metric !== metric) return false;
  if (beside && !names(watched, beside)) return false;
  const given = watched.dimensions[name];
  if (given !== undefined && value !== undefined)
    return given === value || given.endsWith(`:${value}`);
  // If AWS generates the value, the dimension must derive from the resource.
  return (
    Object.hasOwn(watched.dimensions, name) &&
    watched.alarm.sourcesOf("dimensions").includes(resource)
  );
}

/** A query aggregates over the dimensions that it does not name. */
function names(
  { dimensions, byQuery }: Watched,
  [name, value]: [string, string | undefined],
): boolean {
  if (!Object.hasOwn(dimensions, name)) return byQuery;
  const given = dimensions[name];
  return given === undefined || value === undefined || given === value;
}
