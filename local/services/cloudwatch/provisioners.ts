import {
  CloudWatchClient,
  PutMetricAlarmCommand,
  type ComparisonOperator,
  type MetricDataQuery,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { metricStatOf } from "./metric-values";
import { watchOf, type MetricAlarmInputs } from "./watch";
import { inputsOf, type Provisioner } from "../provisioner";

interface LogGroupInputs {
  name: string;
  retentionInDays?: number;
}

export const logGroup: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<LogGroupInputs>(resource);
  const logs = clients.get(CloudWatchLogsClient);
  await logs.send(new CreateLogGroupCommand({ logGroupName: inputs.name }));
  if (inputs.retentionInDays)
    await logs.send(
      new PutRetentionPolicyCommand({
        logGroupName: inputs.name,
        retentionInDays: inputs.retentionInDays,
      }),
    );
  const { region, accountId } = clients.account;
  return {
    id: inputs.name,
    state: { ...inputs, arn: `arn:aws:logs:${region}:${accountId}:log-group:${inputs.name}` },
  };
};

/**
 * The emulator evaluates alarms on one metric by itself, and wrongly: it overlooks dimensions. As the query of one metric, which
 * means the same to AWS, it leaves an alarm to us.
 */
export const metricAlarm: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<MetricAlarmInputs>(resource);
  await clients.get(CloudWatchClient).send(
    new PutMetricAlarmCommand({
      AlarmName: inputs.name,
      AlarmDescription: inputs.alarmDescription,
      ComparisonOperator: inputs.comparisonOperator as ComparisonOperator,
      Threshold: inputs.threshold,
      EvaluationPeriods: inputs.evaluationPeriods,
      TreatMissingData: inputs.treatMissingData,
      AlarmActions: inputs.alarmActions,
      OKActions: inputs.okActions,
      Metrics: metricsOf(inputs),
    }),
  );
  const watch = watchOf(inputs);
  if (watch.kind === "nothing") notHonoured(watch.reason);
  const { region, accountId } = clients.account;
  return {
    id: inputs.name,
    state: { ...inputs, arn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${inputs.name}` },
  };
};

function metricsOf(inputs: MetricAlarmInputs): MetricDataQuery[] | undefined {
  const { namespace, metricName, dimensions = {}, statistic = "", period = 60 } = inputs;
  if (namespace === undefined || metricName === undefined)
    return inputs.metricQueries?.map(({ id, expression, period: seconds, returnData }) => ({
      Id: id,
      Expression: expression,
      Period: seconds,
      ReturnData: returnData,
    }));
  const metric = { namespace, metricName, dimensions, statistic, seconds: period };
  return [{ Id: "m1", MetricStat: metricStatOf(metric), ReturnData: true }];
}
