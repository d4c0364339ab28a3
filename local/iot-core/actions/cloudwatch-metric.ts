import { CloudWatchClient, PutMetricDataCommand, StandardUnit } from "@aws-sdk/client-cloudwatch";
import * as v from "valibot";
import { compileTemplate } from "../../../iot-sql";
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
 * Puts one value of a metric without dimensions; the timestamp counts seconds.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/cloudwatch-metrics-rule-action.html
 */
export const cloudwatchMetric: ActionKind = {
  list: "cloudwatchMetrics",
  single: "cloudwatchMetric",
  failedAction: "CloudwatchMetricAction",
  prepare(given) {
    const settings = v.parse(Settings, given);
    const namespace = compileTemplate(settings.metricNamespace);
    const value = compileTemplate(settings.metricValue);
    const unit = compileTemplate(settings.metricUnit);
    const timestamp = settings.metricTimestamp && compileTemplate(settings.metricTimestamp);
    return {
      roleArn: settings.roleArn,
      target: compileTemplate(settings.metricName),
      perform: ({ clients, credentials, message }, MetricName) =>
        clients.get(CloudWatchClient, credentials).send(
          new PutMetricDataCommand({
            Namespace: namespace(message),
            MetricData: [
              {
                MetricName,
                Value: numberOf("metricValue", value(message)),
                Unit: oneOf(StandardUnit, "metricUnit", unit(message)),
                ...(timestamp && {
                  Timestamp: new Date(numberOf("metricTimestamp", timestamp(message)) * 1000),
                }),
              },
            ],
          }),
        ),
    };
  },
};

/** The emulator stores what is no number as one. */
function numberOf(setting: string, text: string): number {
  const number = text.trim() === "" ? NaN : Number(text);
  if (Number.isFinite(number)) return number;
  throw serviceError("InvalidParameterValue", `The ${setting} is '${text}', which is no number.`);
}
