import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { alarm, type AlarmArgs } from "./alarm";
import type { Distribution } from "./distribution";
import { defaultLogRetentionDays, logGroupName, type LogArgs } from "./log-group";
import { globalName } from "./names";

/**
 * Where CloudFront has its metrics and delivers its logs from, whatever the region of the stack.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
 */
export const regionOfDistributions = "us-east-1";

/**
 * Creates an alarm on answers with a server error. It covers functions at the edge, whose own metrics are in the Regions in which they
 * ran: if one fails, returns an invalid result or is throttled, CloudFront answers with 502 or 503.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-edge-testing-debugging.html
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-metrics.html
 */
export function watchDistribution(
  name: string,
  { distribution, alarms }: { distribution: Distribution; alarms: AlarmArgs["alarms"] },
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  return alarm(
    `${name}-server-errors`,
    {
      alarms,
      description: `5xxErrorRate of the distribution of ${name}: callers receive server errors. Read the log of the function at the edge in the region next to the callers, then the log of the API.`,
      watch: {
        namespace: "AWS/CloudFront",
        name: "5xxErrorRate",
        dimensions: { DistributionId: distribution.resource.id, Region: "Global" },
        statistic: "Average",
      },
    },
    opts,
  );
}

/**
 * A log of all requests, those that end at the edge included.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/standard-logging.html
 */
export function logRequests(
  name: string,
  {
    distribution,
    logRetentionDays = defaultLogRetentionDays,
  }: { distribution: Distribution } & LogArgs,
  opts: pulumi.CustomResourceOptions,
): void {
  const region = regionOfDistributions;
  const physical = globalName("log delivery", name);
  const group = new aws.cloudwatch.LogGroup(
    `${name}-logs`,
    {
      name: physical.apply((own) => logGroupName.distribution(own)),
      region,
      retentionInDays: logRetentionDays,
    },
    opts,
  );
  const source = new aws.cloudwatch.LogDeliverySource(
    `${name}-log-source`,
    { name: physical, region, logType: "ACCESS_LOGS", resourceArn: distribution.resource.arn },
    opts,
  );
  const destination = new aws.cloudwatch.LogDeliveryDestination(
    `${name}-log-destination`,
    {
      name: physical,
      region,
      outputFormat: "json",
      deliveryDestinationConfiguration: { destinationResourceArn: group.arn },
    },
    opts,
  );
  new aws.cloudwatch.LogDelivery(
    `${name}-log-delivery`,
    { region, deliverySourceName: source.name, deliveryDestinationArn: destination.arn },
    opts,
  );
}
