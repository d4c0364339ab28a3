import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { refusal } from "./callback-failure";
import { callbackFunction } from "./callback-function";
import { packedSize, withSettings } from "./callback-settings";
import { defaultLogRetentionDays, logGroupName, writeLogs, type LogArgs } from "./log-group";
import { arn, globalName } from "./names";
import { allow, type Statement } from "./policy-document";
import { Role } from "./role";

/** When CloudFront calls the function: before its cache and after it, or before the origin and after it. */
export type EdgeEvent = "viewer-request" | "viewer-response" | "origin-request" | "origin-response";

export interface EdgeFunctionArgs<Event, Answer> extends LogArgs {
  /** What the function does, in one sentence. */
  description: string;
  event: EdgeEvent;
  /** `() => createHandler(readSettings())`; runs once per warm environment. */
  callbackFactory: () => (event: Event) => Promise<Answer>;
  /**
   * The settings that `readSettings` reads. Lambda@Edge has no environment variables, so the archive contains them in clear text,
   * readable with the function: plain text that is known when the program runs, no output and no secret.
   */
  settings: Record<string, string>;
  /** What the callback may do; its logs are added. @default nothing */
  statements?: Statement[];
  /** @default the most that CloudFront allows for the event */
  timeoutSeconds?: number;
  /**
   * Regions in which the log group exists before the first request, with a retention. In every other one the function makes it, and
   * CloudWatch Logs keeps its events for ever. @default none
   */
  logRegions?: readonly string[];
}

const MB = 1_000_000;

/**
 * Seconds, megabytes of memory, and bytes of the archive.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-lambda-at-edge
 */
const limits = {
  viewer: { timeout: 5, memorySize: 128, bytes: MB },
  origin: { timeout: 30, memorySize: 128, bytes: 50 * MB },
};

/**
 * A function that CloudFront copies to its locations: in us-east-1, on x86, in a numbered version, assumed by both services, without
 * environment, VPC, layers and dead-letter queue. It logs in the region that is next to the viewer.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-logs.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html
 */
export class EdgeFunction<Event, Answer> extends pulumi.ComponentResource {
  readonly name: pulumi.Output<string>;
  /** ARN of the published version, which a distribution's `lambdaFunctionAssociations` take; unknown at the first preview. */
  readonly versionArn: pulumi.Output<string>;
  readonly resource: aws.lambda.Function;

  constructor(
    name: string,
    args: EdgeFunctionArgs<Event, Answer>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("iot:parts:EdgeFunction", name, {}, opts);
    const parent = { parent: this };
    const functionName = globalName("edge function", name);
    // The copies in other regions log under the name of the function and of the region that it is copied from.
    const groupName = functionName.apply((own) => logGroupName.function(`us-east-1.${own}`));
    const { bytes, ...limit } = limits[args.event.startsWith("viewer") ? "viewer" : "origin"];

    const role = new Role(
      `${name}-role`,
      {
        service: ["lambda.amazonaws.com", "edgelambda.amazonaws.com"],
        statements: [
          // In every region that the function is copied to, the first of its calls makes the group.
          allow("CreateLogGroup", "logs:CreateLogGroup", arn.edgeLogGroup(groupName)),
          writeLogs(arn.edgeLogStreams(groupName)),
          ...(args.statements ?? []),
        ],
      },
      parent,
    );
    const { logRetentionDays = defaultLogRetentionDays } = args;
    const logs = (args.logRegions ?? []).map(
      (region) =>
        new aws.cloudwatch.LogGroup(
          `${name}-logs-${region}`,
          { name: groupName, region, retentionInDays: logRetentionDays },
          parent,
        ),
    );
    this.name = functionName;
    this.resource = callbackFunction(
      name,
      {
        ...limit,
        timeout: args.timeoutSeconds ?? limit.timeout,
        name: functionName,
        description: args.description,
        region: "us-east-1",
        role: role.arn,
        runtime: "nodejs24.x",
        architectures: ["x86_64"],
        publish: true,
        // eslint-disable-next-line callbacks/callback-factory -- passes on what an integration wrote
        callbackFactory: args.callbackFactory,
        finish: async (files) => {
          const finished = await withSettings(files, args.settings);
          const size = await packedSize(finished);
          if (size > bytes)
            throw refusal(
              `The archive of ${name} has ${size} bytes, and Lambda@Edge takes ${bytes} for a function at ${args.event}: let its callback import less.`,
            );
          return finished;
        },
      },
      { ...parent, dependsOn: [role.permissions, ...logs] },
    );
    this.versionArn = this.resource.qualifiedArn;
    this.registerOutputs({ versionArn: this.versionArn });
  }
}
