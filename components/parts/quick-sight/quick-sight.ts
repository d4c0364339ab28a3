import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { dashboardColumns, dashboardQuery } from "../../../reading/lake";
import { alarm, type AlarmTarget } from "../alarm";
import { declaredResource } from "../cloud-control";
import { readLake, type Lake } from "../lake/lake";
import { accountId, arn, physicalName } from "../names";
import { Role } from "../role";
import { dataSetIdentifier, sheetOf } from "./dashboard";
import { readerOf } from "./permissions";

export interface QuickSightArgs extends Lake {
  /** The ARN of the user or group that may read data source, data set and dashboard. */
  principal: string;
  alarms: AlarmTarget;
}

/**
 * A dashboard in Quick Sight, whose API and types are named `quicksight`, with a data set in SPICE. Every hour the data set reads the last
 * day again, and every night all seven days, which brings late readings. The account must be subscribed to Quick Sight.
 */
export class QuickSight extends pulumi.ComponentResource {
  readonly dashboardId: string;

  constructor(name: string, args: QuickSightArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:QuickSight", name, {}, opts);
    const parent = { parent: this };
    const id = (what: string): string => physicalName("quick sight", `${name}-${what}`);
    this.dashboardId = id("dashboard");

    const source = dataSource(name, id("source"), args, parent);
    const dataSet = hourlyValues(
      name,
      id("hourly"),
      { ...args, sourceId: id("source") },
      [source],
      parent,
    );
    createDashboard(
      name,
      this.dashboardId,
      { ...args, dataSetId: id("hourly") },
      [dataSet],
      parent,
    );
    this.registerOutputs({ dashboardId: this.dashboardId });
  }
}

/**
 * The connection to Athena, with a role of its own. Without it, Quick Sight uses the service role of the account, which exists only after
 * somebody created it in the console, and which every data source shares. The role also writes the results of queries.
 * @see https://docs.aws.amazon.com/quicksight/latest/APIReference/API_AthenaParameters.html
 */
function dataSource(
  name: string,
  dataSourceId: string,
  { principal, ...lake }: QuickSightArgs,
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const { table, workgroup } = lake;
  const role = new Role(
    `${name}-role`,
    {
      service: "quicksight.amazonaws.com",
      statements: readLake(lake),
    },
    opts,
  );
  return new aws.quicksight.DataSource(
    `${name}-source`,
    {
      dataSourceId,
      name: dataSourceId,
      type: "ATHENA",
      parameters: { athena: { workGroup: workgroup.name, roleArn: role.arn } },
      permissions: [readerOf("datasource", principal)],
    },
    { ...opts, dependsOn: [role.permissions, workgroup.resource, table.resource] },
  );
}

function hourlyValues(
  name: string,
  dataSetId: string,
  { principal, table, sourceId, alarms }: QuickSightArgs & { sourceId: string },
  dependsOn: pulumi.Resource[],
  opts: pulumi.CustomResourceOptions,
): pulumi.Resource {
  const dataSet = new aws.quicksight.DataSet(
    `${name}-hourly`,
    {
      dataSetId,
      name: dataSetId,
      importMode: "SPICE",
      physicalTableMaps: [
        {
          physicalTableMapId: "hourly",
          customSql: {
            dataSourceArn: arn.quickSight("datasource", sourceId),
            name: "hourly",
            sqlQuery: dashboardQuery(table),
            columns: dashboardColumns(),
          },
        },
      ],
      refreshProperties: {
        refreshConfiguration: {
          incrementalRefresh: { lookbackWindow: { columnName: "hour", size: 1, sizeUnit: "DAY" } },
        },
      },
      permissions: [readerOf("dataset", principal)],
    },
    { ...opts, dependsOn },
  );
  for (const [scheduleId, schedule] of Object.entries(schedules))
    new aws.quicksight.RefreshSchedule(
      `${name}-${scheduleId}`,
      { dataSetId, scheduleId, schedule },
      { ...opts, dependsOn: [dataSet] },
    );
  // https://docs.aws.amazon.com/quicksight/latest/user/monitoring-quicksight.html
  alarm(
    `${name}-refresh-failed`,
    {
      alarms,
      description: `IngestionErrorCount of data set ${dataSetId}: a refresh failed, and the dashboard shows older values. Read the error in the refresh history of the data set; readings in the lake are complete.`,
      watch: {
        namespace: "AWS/QuickSight",
        name: "IngestionErrorCount",
        dimensions: { DatasetId: dataSetId },
        statistic: "Sum",
      },
      periodSeconds: 300,
    },
    opts,
  );
  return dataSet;
}

/** @see https://docs.aws.amazon.com/quicksight/latest/APIReference/API_RefreshSchedule.html */
const schedules: Record<string, aws.types.input.quicksight.RefreshScheduleSchedule> = {
  "every-hour": {
    refreshType: "INCREMENTAL_REFRESH",
    scheduleFrequency: { interval: "HOURLY" },
  },
  "every-night": {
    refreshType: "FULL_REFRESH",
    scheduleFrequency: { interval: "DAILY", timeOfTheDay: "01:30", timezone: "UTC" },
  },
};

/**
 * By Cloud Control, because `aws.quicksight.Dashboard` takes no definition.
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-quicksight-dashboard.html
 */
function createDashboard(
  name: string,
  dashboardId: string,
  { principal, dataSetId }: QuickSightArgs & { dataSetId: string },
  dependsOn: pulumi.Resource[],
  opts: pulumi.CustomResourceOptions,
): void {
  const { principal: Principal, actions: Actions } = readerOf("dashboard", principal);
  declaredResource(
    `${name}-dashboard`,
    {
      typeName: "AWS::QuickSight::Dashboard",
      state: {
        AwsAccountId: accountId(),
        DashboardId: dashboardId,
        Name: dashboardId,
        Definition: {
          DataSetIdentifierDeclarations: [
            { Identifier: dataSetIdentifier, DataSetArn: arn.quickSight("dataset", dataSetId) },
          ],
          Sheets: [sheetOf()],
        },
        Permissions: [{ Principal, Actions }],
      },
    },
    { ...opts, dependsOn },
  );
}
