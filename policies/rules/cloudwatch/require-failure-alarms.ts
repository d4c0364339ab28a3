import { surfacesOf, type Surface } from "../../monitoring/surfaces";
import { watchedIn, type Watched } from "../../monitoring/watched";
import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";

export const requireFailureAlarms: StackRule = {
  name: "cloudwatch-alarm-require-failure-surfaces",
  displayName: "Every way to fail is watched",
  description: "Each metric by which a resource of the program tells that it fails has an alarm.",
  area: "monitoring",
  severity: "high",
  framework: wellArchitected.monitorAll,
  remediationSteps:
    "Make an aws.cloudwatch.MetricAlarm on the metric that the violation names, with the resource's name as dimension.",
  url: "https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Best_Practice_Recommended_Alarms_AWS_Services.html",
  checkStack(stack, report) {
    const watched = watchedIn(stack);
    for (const surface of surfacesOf(stack)) {
      const { resource, namespace, metric, dimension } = surface;
      if (!watched.some((one) => watches(one, surface)))
        report(
          resource,
          `Nobody is told of ${namespace} ${metric}: make an alarm on it by ${dimension[0]}.`,
        );
    }
  },
};

function watches(watched: Watched, { resource, namespace, metric, dimension }: Surface): boolean {
  const [name, value] = dimension;
  if (watched.namespace !== namespace || watched.metric !== metric) return false;
  const given = watched.dimensions[name];
  if (given !== undefined && value !== undefined)
    return given === value || given.endsWith(`:${value}`);
  // Where only AWS knows the value, the dimension was made from the resource that it names.
  return (
    Object.hasOwn(watched.dimensions, name) &&
    watched.alarm.sourcesOf("dimensions").includes(resource)
  );
}
