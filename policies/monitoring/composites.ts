import { nameInArn, nameOf, type Name } from "../stack/names";
import { once } from "../stack/once";
import type { Resource } from "../stack/resource";
import type { Stack } from "../stack/model";

export const metricAlarm = "aws:cloudwatch/metricAlarm:MetricAlarm";
export const compositeAlarm = "aws:cloudwatch/compositeAlarm:CompositeAlarm";

/** The inputs of a composite alarm that name other alarms. */
const inputs = ["alarmRule", "actionsSuppressor"];

/**
 * The alarms whose state a composite alarm evaluates: by its rule, or as the alarm that suppresses its actions. They require no actions of
 * their own. If the rule is not known yet, all alarms from which it was derived.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-combining.html
 */
export const combinedAlarms = once((stack: Stack): Set<Resource> => {
  const alarms = stack.of(metricAlarm, compositeAlarm);
  const byName = new Map(alarms.map((alarm) => [nameOf(alarm), alarm]));
  const combined = new Set<Resource>();
  for (const composite of stack.of(compositeAlarm))
    for (const input of inputs) {
      const places = composite.inputs.at(input).leaves();
      const texts = places.map((place) => place.peek()).filter((text) => text !== undefined);
      const named = texts.flatMap(namesIn).map((name) => byName.get(name));
      const sources = composite.sourcesOf(input);
      for (const alarm of alarms)
        if (named.includes(alarm) || sources.includes(alarm)) combined.add(alarm);
    }
  return combined;
});

/** The alarms that a rule expression names, by name or ARN, with or without quotation marks; or the alarm that the whole text names. */
function namesIn(text: string): Name[] {
  const called = [...text.matchAll(/(?:ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*("?)(.*?)\1\s*\)/g)];
  const names = called.length > 0 ? called.map(([, , name]) => name as string) : [text];
  return names.map((name): Name => nameInArn(name) ?? `alarm ${name}`);
}
