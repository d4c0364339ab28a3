import { CloudWatchClient, PutMetricAlarmCommand } from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { inputsOf, type Provisioner } from "./provisioner";

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

interface MetricAlarmInputs {
  name: string;
  alarmDescription?: string;
  namespace?: string;
  metricName?: string;
  dimensions?: Record<string, string>;
  statistic?: "Sum" | "Maximum";
  period?: number;
  comparisonOperator: "GreaterThanThreshold";
  threshold: number;
  evaluationPeriods: number;
  treatMissingData?: string;
  alarmActions?: string[];
  okActions?: string[];
  metricQueries?: { id: string; expression?: string; period?: number; returnData?: boolean }[];
}

export const metricAlarm: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<MetricAlarmInputs>(resource);
  await clients.get(CloudWatchClient).send(
    new PutMetricAlarmCommand({
      AlarmName: inputs.name,
      AlarmDescription: inputs.alarmDescription,
      Namespace: inputs.namespace,
      MetricName: inputs.metricName,
      Dimensions: inputs.dimensions
        ? Object.entries(inputs.dimensions).map(([Name, Value]) => ({ Name, Value }))
        : undefined,
      Statistic: inputs.statistic,
      Period: inputs.period,
      ComparisonOperator: inputs.comparisonOperator,
      Threshold: inputs.threshold,
      EvaluationPeriods: inputs.evaluationPeriods,
      TreatMissingData: inputs.treatMissingData,
      AlarmActions: inputs.alarmActions,
      OKActions: inputs.okActions,
      Metrics: inputs.metricQueries?.map(({ id, expression, period, returnData }) => ({
        Id: id,
        Expression: expression,
        Period: period,
        ReturnData: returnData,
      })),
    }),
  );
  notHonoured("Alarms exist but do not fire here: no service reports its metrics.");
  const { region, accountId } = clients.account;
  return {
    id: inputs.name,
    state: { ...inputs, arn: `arn:aws:cloudwatch:${region}:${accountId}:alarm:${inputs.name}` },
  };
};
