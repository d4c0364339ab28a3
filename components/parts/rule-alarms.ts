import type * as pulumi from "@pulumi/pulumi";
import { alarm, alarmOnMetrics, sumOf, type AlarmTarget } from "./alarm";

/**
 * Creates an alarm for each way in which a rule can fail. `Failure` and `ErrorActionFailure` have a dimension ActionType whose values
 * AWS does not document, so a query sums over all of them. Rules with the same topic filter share the alarm on `ParseError`, since a
 * payload that is not JSON counts for each of them.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html
 */
export function watchRule(
  name: string,
  rule: string,
  { alarms, sql }: { alarms: AlarmTarget; sql: string },
  opts: pulumi.CustomResourceOptions,
): void {
  const watch = sumOf("AWS/IoT", { RuleName: rule });
  const [, topicFilter = ""] = /\bFROM\s+'([^']*)'/i.exec(sql) ?? [];
  alarmOnMetrics(
    name,
    {
      alarms,
      watch: (metric) => ({
        query: `SELECT SUM(${metric}) FROM SCHEMA("AWS/IoT", ActionType, RuleName) WHERE RuleName = '${rule}'`,
      }),
      descriptions: {
        Failure: `Failure of rule ${rule}: an action could not deliver messages, and they are in the failures queue. Read one for the error, fix it, then redrive the queue.`,
        ErrorActionFailure: `ErrorActionFailure of rule ${rule}: messages are lost, since the error action failed too. Check the role of the rule and the policy of the failures queue.`,
      },
    },
    opts,
  );
  alarms.share(
    {
      id: `parse-error-${topicFilter.replace(/[^A-Za-z0-9]+/g, "-")}`,
      resource: rule,
      describe: (rules) =>
        `rules ${rules.join(", ")}: a SQL statement could not be evaluated for messages, or their payload is not JSON. Turn on the logs of AWS IoT and read them for the error.`,
    },
    watch("ParseError"),
  );
  alarm(
    `${name}-throttled`,
    {
      alarms,
      watch: watch("RuleMessageThrottled"),
      description: `RuleMessageThrottled of rule ${rule}: AWS IoT throttles the rule, and messages do not reach it. Request a higher quota of rule evaluations.`,
    },
    opts,
  );
}
