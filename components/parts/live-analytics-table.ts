import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarmOnMetrics, sumOf, type AlarmTarget } from "./alarm";
import { arn, physicalName } from "./names";
import { allow, allowUnscoped, type Statement } from "./policy-document";

export interface LiveAnalyticsTableArgs {
  /** Days that points stay in the magnetic store. */
  keepDays: number;
  /** Refuses to delete or to replace the table and its database. @default true */
  deletionProtection?: boolean | undefined;
  alarms: AlarmTarget;
}

/** The most recent points are in the memory store; older ones go to the magnetic store directly. */
const memoryHours = 24;

/**
 * A table of Timestream for LiveAnalytics, which AWS keeps for accounts that used it before 2025-06-20. Points that are older than the
 * memory store go to the magnetic store.
 * @see https://docs.aws.amazon.com/timestream/latest/developerguide/AmazonTimestreamForLiveAnalytics-availability-change.html
 */
export class LiveAnalyticsTable extends pulumi.ComponentResource {
  readonly databaseName: string;
  readonly tableName: string;
  readonly resources: pulumi.Resource[];

  constructor(name: string, args: LiveAnalyticsTableArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:LiveAnalyticsTable", name, {}, opts);
    const parent = { parent: this };
    const stored = { ...parent, protect: args.deletionProtection ?? true };
    this.databaseName = physicalName("time series database", name);
    this.tableName = physicalName("time series table", name);
    const database = new aws.timestreamwrite.Database(
      `${name}-database`,
      { databaseName: this.databaseName },
      stored,
    );
    const table = new aws.timestreamwrite.Table(
      name,
      {
        databaseName: database.databaseName,
        tableName: this.tableName,
        retentionProperties: {
          memoryStoreRetentionPeriodInHours: memoryHours,
          magneticStoreRetentionPeriodInDays: args.keepDays,
        },
        magneticStoreWriteProperties: { enableMagneticStoreWrites: true },
      },
      stored,
    );
    // Records that are rejected later are repetitions, whose newer version the table has; a report about them would look like a failure.
    // https://docs.aws.amazon.com/timestream/latest/developerguide/troubleshoot-rejectedrecords.html
    alarmOnMetrics(
      name,
      {
        alarms: args.alarms,
        watch: sumOf("AWS/Timestream", {
          DatabaseName: this.databaseName,
          TableName: this.tableName,
        }),
        descriptions: {
          MagneticStoreRejectedRecordCount: `MagneticStoreRejectedRecordCount of table ${this.tableName}: Timestream accepted late readings and did not store them. AWS documents this for repetitions and for older versions of points only, which lose nothing. If the table lacks readings all the same, compare it with the history of the devices.`,
        },
      },
      parent,
    );
    this.resources = [database, table];
    this.registerOutputs({ tableName: this.tableName });
  }

  /** The statements that allow to write points; the SDK asks for the endpoint first. */
  writeStatements(): Statement[] {
    return [
      allow(
        "WritePoints",
        "timestream:WriteRecords",
        arn.timeSeriesTable(`${this.databaseName}/table/${this.tableName}`),
      ),
      allowUnscoped("FindEndpoint", ["timestream:DescribeEndpoints"]),
    ];
  }
}
