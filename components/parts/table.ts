import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarm, sumOf, type AlarmTarget } from "./alarm";
import { arn, physicalName, type Arn } from "./names";

export interface TableArgs {
  /** The name of the partition key, a string. */
  partitionKey: string;
  /** The sort key: the name of a number, or the name and type of another one. @default none: one item per partition key */
  sortKey?: string | { name: string; type: "S" };
  /** The attribute that holds the time at which DynamoDB may delete an item, in seconds since the epoch. @default none: items stay */
  expiry?: string;
  /**
   * Finds items by another partition key, sorted by that of the table. Holds keys only, so that only a new item costs a second write.
   * @default none
   */
  index?: { name: string; partitionKey: string };
  /** Prevents the deletion of the table with the stack. @default true */
  deletionProtection?: boolean;
  alarms: AlarmTarget;
}

/** An on-demand table, encrypted, with point-in-time recovery and an alarm on throttled writes. */
export class Table extends pulumi.ComponentResource {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: aws.dynamodb.Table;

  constructor(name: string, args: TableArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:Table", name, {}, opts);
    const parent = { parent: this };
    const { partitionKey, expiry, index } = args;
    const sortKey =
      typeof args.sortKey === "string" ? { name: args.sortKey, type: "N" } : args.sortKey;
    this.name = physicalName("table", name);
    this.arn = arn.table(this.name);

    this.resource = new aws.dynamodb.Table(
      name,
      {
        name: this.name,
        billingMode: "PAY_PER_REQUEST",
        hashKey: partitionKey,
        ...(sortKey && { rangeKey: sortKey.name }),
        attributes: [
          { name: partitionKey, type: "S" },
          ...(sortKey ? [sortKey] : []),
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
    alarm(
      `${name}-throttled`,
      {
        alarms: args.alarms,
        description: `WriteThrottleEvents of table ${this.name}: DynamoDB throttles writes, and their messages are retried. Look for a partition key with too many writes, then raise the throughput limit of the table.`,
        watch: sumOf("AWS/DynamoDB", { TableName: this.name })("WriteThrottleEvents"),
      },
      parent,
    );
    this.registerOutputs({ name: this.name });
  }

  /** The ARN of an index. Permissions on the table do not include its indexes. */
  indexArn(index: string): Arn {
    return this.arn.apply((table) => `${table}/index/${index}`);
  }
}
