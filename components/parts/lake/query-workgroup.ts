import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { arn, physicalName, type Arn } from "../names";
import { allow, type Statement } from "../policy-document";
import { privateBucket, type PrivateBucket } from "../private-bucket";

export interface QueryWorkgroupArgs {
  description: string;
  /** The most that one query may read, in MB; Athena cancels a query beyond it. At least 10. */
  scanLimitMegabytes: number;
}

/**
 * An Athena workgroup that limits what a query reads, with a bucket for its results, which expire after a week. Its settings apply to every
 * query, whatever the client asks for.
 * @see https://docs.aws.amazon.com/athena/latest/ug/workgroups-setting-control-limits-cloudwatch.html
 */
export class QueryWorkgroup extends pulumi.ComponentResource {
  readonly name: string;
  readonly arn: Arn;
  readonly resource: aws.athena.Workgroup;
  private readonly results: PrivateBucket;

  constructor(
    private readonly logicalName: string,
    args: QueryWorkgroupArgs,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("iot:parts:QueryWorkgroup", logicalName, {}, opts);
    const name = logicalName;
    const parent = { parent: this };
    this.name = physicalName("workgroup", name);
    this.arn = arn.workgroup(this.name);
    this.results = privateBucket(`${name}-results`, { "": 7 }, parent);
    this.resource = new aws.athena.Workgroup(
      name,
      {
        name: this.name,
        description: args.description,
        state: "ENABLED",
        // Deletes the saved queries and the history with the stack.
        forceDestroy: true,
        configuration: {
          enforceWorkgroupConfiguration: true,
          publishCloudwatchMetricsEnabled: true,
          bytesScannedCutoffPerQuery: args.scanLimitMegabytes * 1_000_000,
          resultConfiguration: {
            outputLocation: pulumi.interpolate`s3://${this.results.name}/`,
            encryptionConfiguration: { encryptionOption: "SSE_S3" },
          },
        },
      },
      { ...parent, dependsOn: [...this.results.resources] },
    );
    this.registerOutputs({ name: this.name });
  }

  /** Saves a query in the workgroup, where people find it in the console. */
  save(what: string, args: { database: string; description: string; query: string }): void {
    new aws.athena.NamedQuery(
      `${this.logicalName}-${what}`,
      { ...args, name: what, workgroup: this.resource.name },
      { parent: this },
    );
  }

  /**
   * The statements that allow a role to run queries here and to read and write their results.
   * @see https://docs.aws.amazon.com/athena/latest/ug/example-policies-workgroup.html
   */
  queryStatements(): Statement[] {
    return [
      allow(
        "RunQueries",
        [
          "athena:GetQueryExecution",
          "athena:GetQueryResults",
          "athena:GetQueryResultsStream",
          "athena:GetWorkGroup",
          "athena:StartQueryExecution",
          "athena:StopQueryExecution",
        ],
        this.arn,
      ),
      allow(
        "FindResults",
        ["s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"],
        this.results.arn,
      ),
      allow(
        "KeepResults",
        ["s3:AbortMultipartUpload", "s3:GetObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
        this.results.objects(),
      ),
    ];
  }
}
