import {
  CloudWatchClient,
  PutDashboardCommand,
  PutMetricAlarmCommand,
  type ComparisonOperator,
  type MetricDataQuery,
} from "@aws-sdk/client-cloudwatch";
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutRetentionPolicyCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type * as aws from "@pulumi/aws";
import { inputsOf, referenceOf, type Provisioner, type Provisioners } from "../provisioner";
import type { Alarms } from "./alarms";
import { dashboardFaults } from "./dashboard-faults";
import { metricStatOf } from "./metric-values";
import { watchOf, type MetricAlarmInputs, type MetricQuery } from "./watch";

/** What the provisioners of this service use of the local run. */
export interface CloudWatchServices {
  alarms: Pick<Alarms, "add">;
}

const logGroup: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<aws.cloudwatch.LogGroupArgs, "name">(resource, "name");
  const own = clients.account.region;
  if (inputs.region !== undefined && inputs.region !== own) {
    notHonoured(
      `Log groups in other Regions than ${own} do not exist here: everything logs in it.`,
    );
    const arn = `arn:aws:logs:${inputs.region}:${clients.account.accountId}:log-group:${inputs.name}`;
    return { id: inputs.name, state: { ...resource.plain, arn } };
  }
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

const logStream: Provisioner = async (resource, { clients }) => {
  const { name, logGroupName } = inputsOf<aws.cloudwatch.LogStreamArgs, "name">(resource, "name");
  await clients
    .get(CloudWatchLogsClient)
    .send(new CreateLogStreamCommand({ logGroupName, logStreamName: name }));
  return { id: name, state: resource.plain };
};

/**
 * Puts an alarm as the query of one metric, which means the same to AWS. The emulator does not evaluate queries; it does evaluate alarms on
 * one metric, but ignores their dimensions.
 */
const metricAlarm: Provisioner<CloudWatchServices> = async (resource, context) => {
  const { clients, services, notHonoured } = context;
  const args = inputsOf<aws.cloudwatch.MetricAlarmArgs, "name">(resource, "name");
  const inputs: MetricAlarmInputs = {
    ...args,
    alarmActions: args.alarmActions?.map(referenceOf),
    okActions: args.okActions?.map(referenceOf),
  };
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
  services.alarms.add(inputs);
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
    return inputs.metricQueries?.map(queryOf);
  const metric = { namespace, metricName, dimensions, statistic, seconds: period };
  return [{ Id: "m1", MetricStat: metricStatOf(metric), ReturnData: true }];
}

function queryOf({ id, expression, period, returnData, metric }: MetricQuery): MetricDataQuery {
  const query = { Id: id, Expression: expression, Period: period, ReturnData: returnData };
  if (!metric) return query;
  const { namespace = "", metricName, dimensions = {}, stat, period: seconds } = metric;
  return {
    ...query,
    MetricStat: metricStatOf({ namespace, metricName, dimensions, statistic: stat, seconds }),
  };
}

/** The emulator keeps any body, so this refuses what CloudWatch refuses. */
const dashboard: Provisioner = async (resource, { clients }) => {
  const { dashboardName, dashboardBody } = inputsOf<
    aws.cloudwatch.DashboardArgs,
    "dashboardName" | "dashboardBody"
  >(resource, "dashboardName", "dashboardBody");
  const [fault] = dashboardFaults(dashboardBody);
  if (fault !== undefined)
    throw new Error(`${dashboardName} ${fault}, and CloudWatch refuses it; change its body.`);
  await clients
    .get(CloudWatchClient)
    .send(new PutDashboardCommand({ DashboardName: dashboardName, DashboardBody: dashboardBody }));
  const dashboardArn = `arn:aws:cloudwatch::${clients.account.accountId}:dashboard/${dashboardName}`;
  return { id: dashboardName, state: { dashboardName, dashboardBody, dashboardArn } };
};

/** A source, a destination or a delivery of logs of a service, here of CloudFront. */
const logDelivery: Provisioner = async ({ name, plain }, { notHonoured }) => {
  notHonoured("Services deliver no logs here: the access log of a distribution stays empty.");
  return { id: name, state: { ...plain, arn: `arn:aws:logs:::${name}` } };
};

export const provisioners: Provisioners<CloudWatchServices> = {
  "aws:cloudwatch/dashboard:Dashboard": dashboard,
  "aws:cloudwatch/logDelivery:LogDelivery": logDelivery,
  "aws:cloudwatch/logDeliveryDestination:LogDeliveryDestination": logDelivery,
  "aws:cloudwatch/logDeliverySource:LogDeliverySource": logDelivery,
  "aws:cloudwatch/logGroup:LogGroup": logGroup,
  "aws:cloudwatch/logStream:LogStream": logStream,
  "aws:cloudwatch/metricAlarm:MetricAlarm": metricAlarm,
};
