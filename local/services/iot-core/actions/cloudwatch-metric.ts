import { CloudWatchClient, PutMetricDataCommand, StandardUnit } from "@aws-sdk/client-cloudwatch";
import * as v from "valibot";
import type { ActionKind } from "./action";
import { oneOf } from "./one-of";
import { serviceError } from "./service-error";

const Settings = v.strictObject({
  metricNamespace: v.string(),
  metricName: v.string(),
  metricValue: v.string(),
  metricUnit: v.string(),
  metricTimestamp: v.optional(v.string()),
  roleArn: v.string(),
});

/**
 * Puts one value of a metric without dimensions; the timestamp is in seconds.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/cloudwatch-metrics-rule-action.html
 */
export const cloudwatchMetric: ActionKind = {
  list: "cloudwatchMetrics",
  single: "cloudwatchMetric",
  failedAction: "CloudwatchMetricAction",
  prepare(given, { template }) {
    const settings = v.parse(Settings, given);
    const namespace = template(settings.metricNamespace);
    const value = template(settings.metricValue);
    const unit = template(settings.metricUnit);
    const timestamp = settings.metricTimestamp && template(settings.metricTimestamp);
    return {
      roleArn: settings.roleArn,
      target: template(settings.metricName),
      async perform({ clients, credentials, message }, MetricName) {
        await clients.get(CloudWatchClient, credentials).send(
          new PutMetricDataCommand({
            Namespace: await namespace(message),
            MetricData: [
              {
                MetricName,
                Value: numberOf("metricValue", await value(message)),
                Unit: oneOf(StandardUnit, "metricUnit", await unit(message)),
                ...(timestamp && {
                  Timestamp: new Date(numberOf("metricTimestamp", await timestamp(message)) * 1000),
                }),
              },
            ],
          }),
        );
      },
    };
  },
};

/** The emulator does not reject values that are not numbers. */
function numberOf(setting: string, text: string): number {
  const number = text.trim() === "" ? NaN : Number(text);
  if (Number.isFinite(number)) return number;
  throw serviceError("InvalidParameterValue", `The ${setting} is '${text}', which is no number.`);
}
