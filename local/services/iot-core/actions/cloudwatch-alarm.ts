import { CloudWatchClient, SetAlarmStateCommand, StateValue } from "@aws-sdk/client-cloudwatch";
import * as v from "valibot";
import type { ActionKind } from "./action";
import { oneOf } from "./one-of";

const Settings = v.strictObject({
  alarmName: v.string(),
  stateReason: v.string(),
  stateValue: v.string(),
  roleArn: v.string(),
});

/**
 * Sets the state of an alarm: OK, ALARM or INSUFFICIENT_DATA. CloudWatch resets the state at its next evaluation of the metric.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/cloudwatch-alarms-rule-action.html
 */
export const cloudwatchAlarm: ActionKind = {
  list: "cloudwatchAlarms",
  single: "cloudwatchAlarm",
  failedAction: "CloudwatchAlarmAction",
  prepare(settings, { template }) {
    const { alarmName, stateReason, stateValue, roleArn } = v.parse(Settings, settings);
    const [reasonOf, stateOf] = [template(stateReason), template(stateValue)];
    return {
      roleArn,
      target: template(alarmName),
      async perform({ clients, credentials, message }, AlarmName) {
        await clients.get(CloudWatchClient, credentials).send(
          new SetAlarmStateCommand({
            AlarmName,
            StateReason: await reasonOf(message),
            StateValue: oneOf(StateValue, "stateValue", await stateOf(message)),
          }),
        );
      },
    };
  },
};
