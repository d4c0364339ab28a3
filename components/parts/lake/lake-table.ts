import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arrivalDate, lakeColumns } from "../../../reading/lake";
import { arn, physicalName } from "../names";
import { allow, type Statement } from "../policy-document";

export interface LakeTableArgs {
  bucketName: pulumi.Input<string>;
  /** The prefix below which each partition has its folder, `readings/`. */
  prefix: string;
  /** How long objects stay in the bucket, in days. */
  keepDays: number;
  /** What the table holds; the console shows it. */
  description: string;
}

const hive = "org.apache.hadoop.hive.ql.io.parquet";

/**
 * A database with one table of readings in Parquet, partitioned by date of arrival. The partitions are computed (partition
 * projection): nothing has to register a new day, and a query reads the folders of its dates only.
 * @see https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html
 */
export class LakeTable extends pulumi.ComponentResource {
  readonly database: string;
  readonly table = "readings";
  readonly resource: aws.glue.CatalogTable;

  constructor(name: string, args: LakeTableArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:parts:LakeTable", name, {}, opts);
    const parent = { parent: this };
    const { prefix, keepDays, description } = args;
    this.database = physicalName("database", name);
    const location = pulumi.interpolate`s3://${args.bucketName}/${prefix}`;

    const database = new aws.glue.CatalogDatabase(
      `${name}-database`,
      { name: this.database, description },
      parent,
    );
    this.resource = new aws.glue.CatalogTable(
      name,
      {
        name: this.table,
        databaseName: database.name,
        description,
        tableType: "EXTERNAL_TABLE",
        parameters: {
          EXTERNAL: "TRUE",
          classification: "parquet",
          "projection.enabled": "true",
          [`projection.${arrivalDate}.type`]: "date",
          [`projection.${arrivalDate}.format`]: "yyyy-MM-dd",
          // Objects expire up to a day late.
          [`projection.${arrivalDate}.range`]: `NOW-${keepDays + 1}DAYS,NOW`,
          "storage.location.template": pulumi.interpolate`${location}${arrivalDate}=\${${arrivalDate}}/`,
        },
        partitionKeys: [{ name: arrivalDate, type: "string" }],
        storageDescriptor: {
          columns: lakeColumns(),
          location,
          inputFormat: `${hive}.MapredParquetInputFormat`,
          outputFormat: `${hive}.MapredParquetOutputFormat`,
          serDeInfo: {
            name: "parquet",
            serializationLibrary: `${hive}.serde.ParquetHiveSerDe`,
            parameters: { "serialization.format": "1" },
          },
        },
      },
      parent,
    );
    this.registerOutputs({ database: this.database });
  }

  /**
   * The statement that allows a role to read the schema. Glue requires each permission on the table, its database and the catalog.
   * @see https://docs.aws.amazon.com/glue/latest/dg/glue-specifying-resource-arns.html
   */
  schemaStatement(actions: `glue:Get${string}`[]): Statement {
    return allow("ReadSchema", actions, [
      arn.catalog(),
      arn.catalogDatabase(this.database),
      arn.catalogTable(this.database, this.table),
    ]);
  }
}
