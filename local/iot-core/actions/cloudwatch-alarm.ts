import { CloudWatchClient, SetAlarmStateCommand, StateValue } from "@aws-sdk/client-cloudwatch";
import * as v from "valibot";
import { compileTemplate } from "../../../iot-sql";
import type { ActionKind } from "./action";
import { oneOf } from "./one-of";

const Settings = v.strictObject({
  alarmName: v.string(),
  stateReason: v.string(),
  stateValue: v.string(),
  roleArn: v.string(),
});

/**
 * Sets the state of an alarm: OK, ALARM or INSUFFICIENT_DATA. CloudWatch sets it back when it next evaluates the metric.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/cloudwatch-alarms-rule-action.html
 */
export const cloudwatchAlarm: ActionKind = {
  list: "cloudwatchAlarms",
  single: "cloudwatchAlarm",
  failedAction: "CloudwatchAlarmAction",
  prepare(settings) {
    const { alarmName, stateReason, stateValue, roleArn } = v.parse(Settings, settings);
    const [reasonOf, stateOf] = [compileTemplate(stateReason), compileTemplate(stateValue)];
    return {
      roleArn,
      target: compileTemplate(alarmName),
      perform: ({ clients, credentials, message }, AlarmName) =>
        clients.get(CloudWatchClient, credentials).send(
          new SetAlarmStateCommand({
            AlarmName,
            StateReason: reasonOf(message),
            StateValue: oneOf(StateValue, "stateValue", stateOf(message)),
          }),
        ),
    };
  },
};
