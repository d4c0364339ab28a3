import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarm } from "./alarm";
import type { Distribution } from "./distribution";
import { defaultLogRetentionDays, logGroupName, type LogArgs } from "./log-group";
import { globalName } from "./names";

/** Where CloudFront has its metrics and delivers its logs from, whatever the region of the stack. */
const region = "us-east-1";

/**
 * An alarm on answers with a server error, those of functions at the edge included, which notifies a topic in us-east-1: an alarm
 * notifies topics of its own region only.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html
 */
export function watchDistribution(
  name: string,
  { distribution, topicArn }: { distribution: Distribution; topicArn: pulumi.Input<string> },
  opts: pulumi.CustomResourceOptions,
): void {
  alarm(
    `${name}-server-errors`,
    {
      alarms: { topicArn: pulumi.output(topicArn) },
      region,
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
