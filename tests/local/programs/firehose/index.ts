import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

const account = "123456789012";
const region = "eu-central-1";
const arn = (service: string, resource: string): string =>
  `arn:aws:${service}:${region}:${account}:${resource}`;

interface Statement {
  Action: string;
  Resource: string;
}

/** A role that a service may assume for one resource of its own, with these permissions. */
function role(name: string, service: string, source: string, statements: Statement[]) {
  const document = (own: object[]): string =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: own.map((one) => ({ Effect: "Allow", ...one })),
    });
  const made = new aws.iam.Role(name, {
    name,
    assumeRolePolicy: document([
      {
        Principal: { Service: service },
        Action: "sts:AssumeRole",
        // Firehose sends the account's id and no source.
        // https://docs.aws.amazon.com/firehose/latest/dev/controlling-access.html
        Condition:
          service === "firehose.amazonaws.com"
            ? { StringEquals: { "sts:ExternalId": account } }
            : { ArnEquals: { "aws:SourceArn": source } },
      },
    ]),
  });
  const permissions = new aws.iam.RolePolicy(`${name}-permissions`, {
    name: "permissions",
    role: made.name,
    policy: document(statements),
  });
  return { arn: pulumi.all([made.arn, permissions.id]).apply(([roleArn]) => roleArn) };
}

const lake = new aws.s3.Bucket("lake", { bucket: "firehose-lake" });
const lakeArn = "arn:aws:s3:::firehose-lake";
const database = new aws.glue.CatalogDatabase("lake", { name: "lake" });
const table = new aws.glue.CatalogTable("readings", {
  name: "readings",
  databaseName: database.name,
  tableType: "EXTERNAL_TABLE",
  storageDescriptor: {
    columns: [
      { name: "id", type: "string" },
      { name: "temperature", type: "double" },
    ],
  },
});

const transformer = new aws.lambda.Function("transformer", {
  name: "firehose-transformer",
  role: role(
    "transformer-role",
    "lambda.amazonaws.com",
    arn("lambda", "function:firehose-transformer"),
    [{ Action: "logs:PutLogEvents", Resource: arn("logs", "log-group:/aws/lambda/none:*") }],
  ).arn,
  runtime: "nodejs24.x",
  handler: "index.handler",
  code: new pulumi.asset.AssetArchive({
    "index.js": new pulumi.asset.StringAsset(`
      exports.handler = async ({ records }) => ({
        records: records.map(({ recordId, data }) => {
          const { id, temperature } = JSON.parse(Buffer.from(data, "base64").toString());
          const shaped = JSON.stringify({ id: id.toUpperCase(), temperature }) + "\\n";
          const result = temperature === null ? "ProcessingFailed" : "Ok";
          return { recordId, result, data: Buffer.from(shaped).toString("base64") };
        }),
      });`),
  }),
});

/** A stream with a role of its own, which transforms and writes below a prefix of its name: JSON lines, compressed, or Parquet. */
function deliveryStream(name: string, format: "gzip" | "parquet"): pulumi.Output<string> {
  const source = arn("firehose", `deliverystream/${name}`);
  const writer = role(`${name}-role`, "firehose.amazonaws.com", source, [
    { Action: "s3:PutObject", Resource: `${lakeArn}/*` },
    { Action: "lambda:InvokeFunction", Resource: arn("lambda", "function:firehose-transformer") },
    { Action: "glue:GetTableVersions", Resource: arn("glue", "*") },
  ]);
  const parameters = [{ parameterName: "LambdaArn", parameterValue: transformer.arn }];
  const stream = new aws.kinesis.FirehoseDeliveryStream(name, {
    name,
    destination: "extended_s3",
    extendedS3Configuration: {
      bucketArn: lake.arn,
      roleArn: writer.arn,
      prefix: `${name}/!{timestamp:yyyy}/`,
      errorOutputPrefix: `${name}-errors/!{firehose:error-output-type}/`,
      bufferingInterval: 900,
      bufferingSize: 64,
      processingConfiguration: { enabled: true, processors: [{ type: "Lambda", parameters }] },
      ...(format === "gzip"
        ? { compressionFormat: "GZIP" }
        : {
            dataFormatConversionConfiguration: {
              inputFormatConfiguration: { deserializer: { openXJsonSerDe: {} } },
              outputFormatConfiguration: { serializer: { parquetSerDe: {} } },
              schemaConfiguration: {
                databaseName: table.databaseName,
                tableName: table.name,
                roleArn: writer.arn,
              },
            },
          }),
    },
  });
  return stream.name;
}

const failures = new aws.sqs.Queue("failures", { name: "firehose-failures" });

/** A rule that puts what it selects on a stream as a role that may do so by one action only. */
function rule(
  name: string,
  sql: string,
  stream: pulumi.Output<string>,
  action: string,
  batchMode: boolean,
) {
  const { arn: roleArn } = role(`${name}-role`, "iot.amazonaws.com", arn("iot", `rule/${name}`), [
    { Action: action, Resource: arn("firehose", "deliverystream/*") },
    { Action: "sqs:SendMessage", Resource: arn("sqs", "firehose-failures") },
  ]);
  new aws.iot.TopicRule(name, {
    name,
    enabled: true,
    sql,
    sqlVersion: "2016-03-23",
    firehoses: [{ deliveryStreamName: stream, roleArn, batchMode }],
    errorAction: { sqs: { queueUrl: failures.url, roleArn, useBase64: false } },
  });
}

const lines = deliveryStream("firehose-lines", "gzip");
const columns = deliveryStream("firehose-columns", "parquet");
const [one, many] = ["firehose:PutRecord", "firehose:PutRecordBatch"];
rule("lines_single", "SELECT * FROM 'lines/single'", lines, one, false);
rule("lines_batch", "SELECT VALUE readings FROM 'lines/batch'", lines, many, true);
rule("columns_single", "SELECT * FROM 'columns/single'", columns, one, false);
rule("columns_batch", "SELECT VALUE readings FROM 'columns/batch'", columns, many, true);
rule("denied", "SELECT * FROM 'denied'", lines, many, false);
