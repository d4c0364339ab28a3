import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarmOnMetrics, type AlarmTarget } from "./alarm";
import { arn, physicalName } from "./names";
import { allow, type Statement } from "./policy-document";
import type { PrivateNetwork } from "./private-network";

export type InfluxdbEngine = "v3-core" | "v3-enterprise" | "v2";

export interface InfluxdbArgs {
  engine: InfluxdbEngine;
  /** Such as `db.influx.medium`. */
  instanceType: string;
  /** The database of InfluxDB 3, the bucket of InfluxDB 2. */
  database: string;
  /** Of the first user of InfluxDB 2, which AWS copies into the secret. InfluxDB 3 makes its token itself. */
  password?: pulumi.Input<string> | undefined;
  network: PrivateNetwork;
  /** Refuses to delete or to replace the database. @default true */
  deletionProtection?: boolean | undefined;
  alarms: AlarmTarget;
}

/** The parameter groups of InfluxDB 3. @see https://docs.aws.amazon.com/timestream/latest/developerguide/influxdb3.html */
const parameterGroups = { "v3-core": "InfluxDBV3Core", "v3-enterprise": "InfluxDBV3Enterprise" };

/** The organization and the first user of InfluxDB 2. */
const [organization, username] = ["iot", "writer"];

/** AWS's own defaults. @see https://docs.aws.amazon.com/ts-influxdb/latest/ts-influxdb-api/API_CreateDbCluster.html */
const ports = { v3: 8181, v2: 8086 };

/** Creation of a cluster with its nodes takes up to an hour. */
const customTimeouts = { create: "90m", update: "90m", delete: "90m" };

/**
 * A database of Timestream for InfluxDB in the private network. AWS writes its credentials to a secret whose name begins alike for every
 * database.
 * @see https://docs.aws.amazon.com/timestream/latest/developerguide/timestream-for-influx-security-db-secrets.html
 */
export class Influxdb extends pulumi.ComponentResource {
  readonly version: "v3" | "v2";
  readonly organization = organization;
  readonly url: pulumi.Output<string>;
  readonly secretArn: pulumi.Output<string>;

  constructor(name: string, args: InfluxdbArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:Influxdb", name, {}, opts);
    const { engine, network, password = "", deletionProtection: protect = true } = args;
    // AWS has no protection of its own, and a cluster with other subnets is a new, empty one.
    // https://docs.aws.amazon.com/ts-influxdb/latest/ts-influxdb-api/API_UpdateDbCluster.html
    const parent = { parent: this, customTimeouts, protect };
    this.version = engine === "v2" ? "v2" : "v3";
    const port = ports[this.version];
    const common = {
      name: physicalName("database cluster", name),
      dbInstanceType: args.instanceType,
      port,
      publiclyAccessible: false,
      vpcSubnetIds: network.vpcConfig.subnetIds,
      vpcSecurityGroupIds: [network.databaseGroup.id],
    };
    const database =
      engine === "v2"
        ? new aws.timestreaminfluxdb.DbInstance(
            name,
            {
              ...common,
              ...{ organization, username, password: pulumi.secret(password) },
              bucket: args.database,
              allocatedStorage: 20,
            },
            parent,
          )
        : new aws.timestreaminfluxdb.DbCluster(
            name,
            { ...common, dbParameterGroupIdentifier: parameterGroups[engine] },
            parent,
          );
    network.openDatabase(`${name}-access`, port, { parent: this });
    if (engine === "v2") watchDisk(name, common.name, args.alarms, { parent: this });
    this.url = pulumi.interpolate`https://${database.endpoint}:${database.port}`;
    this.secretArn = database.influxAuthParametersSecretArn;
    this.registerOutputs({ url: this.url });
  }
}

/** AWS adds the id of the database to this, and six characters. */
const secretPrefix = "READONLY-InfluxDB-auth-parameters-";

/** The statement that allows to read the credentials of the databases of the account, known before AWS has made up their ids. */
export const readCredentials = (): Statement =>
  allow("ReadCredentials", "secretsmanager:GetSecretValue", arn.secrets(secretPrefix));

/** @see https://docs.aws.amazon.com/timestream/latest/developerguide/timestream-for-influx-creating-cw-alarms.html */
function watchDisk(
  name: string,
  instance: string,
  alarms: AlarmTarget,
  opts: pulumi.CustomResourceOptions,
): void {
  alarmOnMetrics(
    name,
    {
      alarms,
      above: 75,
      periodSeconds: 300,
      watch: (metric) => ({
        namespace: "AWS/Timestream/InfluxDB",
        name: metric,
        dimensions: { DbInstanceName: instance },
        statistic: "Maximum",
      }),
      descriptions: {
        DiskUtilization: `DiskUtilization of database ${instance}: more than 75 percent of its storage is in use, and InfluxDB stops to write when it is full. Raise its storage, or shorten the retention of its bucket.`,
      },
    },
    opts,
  );
}
