import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarm, type AlarmTarget } from "./alarm";
import { arn, physicalName, type Arn } from "./names";

export interface TableArgs {
  partitionKey: string;
  /** A number. @default none: one item per partition key */
  sortKey?: string;
  /** Attribute with the second since the epoch at which an item may be deleted. @default none: items stay */
  expiry?: string;
  /** Finds items by another partition key, sorted by the table's own; holds no attribute but keys, so that only a new item costs a second write. @default none */
  index?: { name: string; partitionKey: string };
  /** Refuses to delete the table with the stack. @default true */
  deletionProtection?: boolean;
  alarms: AlarmTarget;
}

/** An on-demand table, encrypted, with point-in-time recovery, and alarmed for what would lose a write. */
export class Table extends pulumi.ComponentResource {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: aws.dynamodb.Table;

  constructor(name: string, args: TableArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:Table", name, {}, opts);
    const parent = { parent: this };
    const { partitionKey, sortKey, expiry, index } = args;
    this.name = physicalName("table", name);
    this.arn = arn.table(this.name);

    this.resource = new aws.dynamodb.Table(
      name,
      {
        name: this.name,
        billingMode: "PAY_PER_REQUEST",
        hashKey: partitionKey,
        ...(sortKey && { rangeKey: sortKey }),
        attributes: [
          { name: partitionKey, type: "S" },
          ...(sortKey ? [{ name: sortKey, type: "N" }] : []),
          // The index's sort key is the table's partition key.
          ...(index ? [{ name: index.partitionKey, type: "S" }] : []),
        ],
        ...(index && {
          globalSecondaryIndexes: [
            {
              name: index.name,
              hashKey: index.partitionKey,
              rangeKey: partitionKey,
              projectionType: "KEYS_ONLY",
            },
          ],
        }),
        ...(expiry && { ttl: { attributeName: expiry, enabled: true } }),
        pointInTimeRecovery: { enabled: true },
        serverSideEncryption: { enabled: true },
        deletionProtectionEnabled: args.deletionProtection ?? true,
      },
      parent,
    );
    const metric = { namespace: "AWS/DynamoDB", statistic: "Sum" } as const;
    alarm(
      `${name}-throttled`,
      {
        alarms: args.alarms,
        description: `Writes to ${this.name} are throttled: spread the partition keys or raise the table's limit.`,
        watch: { ...metric, name: "WriteThrottleEvents", dimensions: { TableName: this.name } },
      },
      parent,
    );
    this.registerOutputs({ name: this.name });
  }

  /** An index of the table as a resource of its own, which permissions on the table do not cover. */
  indexArn(index: string): Arn {
    return this.arn.apply((table) => `${table}/index/${index}`);
  }
}
