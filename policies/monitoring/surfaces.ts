import { edgeAssociations } from "../stack/edge-functions";
import { edgesOf, type EdgeKind } from "../stack/edges";
import { failureTargets, isForFailures } from "../stack/failure-targets";
import { eventBusName, physicalName } from "../stack/names";
import type { Resource } from "../stack/resource";
import type { Stack } from "../stack/model";

/** One failure mode of a resource and the metric that reports it. */
export interface Surface {
  resource: Resource;
  namespace: string;
  metric: string;
  /** The dimension that identifies the resource, and its value; no value if AWS generates it during the update. */
  dimension: [name: string, value: string | undefined];
  /** A second dimension of the metric: its name, and its value if it is known. */
  beside?: [name: string, value: string | undefined];
  /** The Region of the metric, if it does not depend on that of the resource. */
  region?: string;
}

/** The failure modes that every resource of a kind has. */
const always: Record<string, { namespace: string; dimension: string; metrics: string[] }> = {
  "aws:dynamodb/table:Table": {
    namespace: "AWS/DynamoDB",
    dimension: "TableName",
    metrics: ["WriteThrottleEvents"],
  },
  "aws:iot/topicRule:TopicRule": {
    namespace: "AWS/IoT",
    dimension: "RuleName",
    metrics: ["Failure", "ParseError", "RuleMessageThrottled"],
  },
  "aws:kinesis/stream:Stream": {
    namespace: "AWS/Kinesis",
    dimension: "StreamName",
    metrics: ["WriteProvisionedThroughputExceeded", "ReadProvisionedThroughputExceeded"],
  },
  "aws:lambda/function:Function": {
    namespace: "AWS/Lambda",
    dimension: "FunctionName",
    metrics: ["Errors", "Throttles"],
  },
  "aws:pipes/pipe:Pipe": {
    namespace: "AWS/EventBridge/Pipes",
    dimension: "PipeName",
    metrics: ["ExecutionFailed"],
  },
  "aws:sfn/stateMachine:StateMachine": {
    namespace: "AWS/States",
    dimension: "StateMachineArn",
    metrics: ["ExecutionsFailed", "ExecutionsTimedOut"],
  },
};

/** The failure modes of a function, by invocation type. */
const byInvocation: Partial<Record<EdgeKind, string[]>> = {
  "asynchronous failure": ["DestinationDeliveryFailures", "AsyncEventsDropped"],
};

/** The metrics that report failed deliveries of a delivery stream, by destination. */
const arrival: ReadonlyMap<string | undefined, string> = new Map([
  ["extended_s3", "DeliveryToS3.DataFreshness"],
  ["http_endpoint", "DeliveryToHttpEndpoint.DataFreshness"],
  ["opensearch", "DeliveryToAmazonOpenSearchService.DataFreshness"],
  ["redshift", "DeliveryToRedshift.Success"],
  ["snowflake", "DeliveryToSnowflake.DataFreshness"],
  ["splunk", "DeliveryToSplunk.DataFreshness"],
]);

/** @see https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html */
const ofDeliveryStream = (resource: Resource): Surface[] => {
  const metric = arrival.get(resource.inputs.at("destination").peek());
  return [...(metric ? [metric] : []), "ThrottledRecords"].flatMap((one) =>
    surface(resource, "AWS/Firehose", one, "DeliveryStreamName"),
  );
};

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html */
const ofApi = (resource: Resource): Surface[] =>
  resource.inputs.at("protocolType").peek() === "HTTP"
    ? [{ resource, namespace: "AWS/ApiGateway", metric: "5xx", dimension: ["ApiId", undefined] }]
    : [];

/** @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html */
const ofDistribution = (resource: Resource): Surface[] => [
  {
    ...{ resource, namespace: "AWS/CloudFront", metric: "5xxErrorRate", region: "us-east-1" },
    dimension: ["DistributionId", undefined],
  },
];

/** The failure mode of an error action. @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html */
const ofTopicRule = (resource: Resource): Surface[] =>
  resource.inputs.at("errorAction").given
    ? surface(resource, "AWS/IoT", "ErrorActionFailure", "RuleName")
    : [];

/** Only clusters with Container Insights enabled emit its metrics. @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html */
const ofService = (resource: Resource): Surface[] => {
  const [cluster] = resource.sourcesOf("cluster").filter(({ type }) => type === clusterType);
  if (cluster && !hasInsights(cluster)) return [];
  const name = resource.inputs.at("name").peek();
  const [namespace, metric] = ["ECS/ContainerInsights", "RunningTaskCount"];
  return [{ resource, namespace, metric, dimension: ["ServiceName", name] }];
};

const clusterType = "aws:ecs/cluster:Cluster";

const hasInsights = ({ inputs }: Resource): boolean =>
  inputs
    .at("settings")
    .members()
    .some(
      (one) =>
        one.at("name").peek() === "containerInsights" && one.at("value").peek() !== "disabled",
    );

/** The failure modes of a resource of SageMaker. @see https://docs.aws.amazon.com/sagemaker/latest/dg/monitoring-cloudwatch.html */
const ofSageMaker =
  (namespace: string, metrics: string[], dimension: string, input: string) =>
  (resource: Resource): Surface[] =>
    metrics.map((metric) => ({
      ...{ resource, namespace, metric },
      dimension: [dimension, resource.inputs.at(input).peek()],
    }));

/**
 * The failure mode of an application of Managed Service for Apache Flink. AWS recommends this alarm for all applications.
 * @see https://docs.aws.amazon.com/managed-flink/latest/java/monitoring-metrics-alarms.html
 */
const ofApplication = (resource: Resource): Surface[] => {
  // SQL applications, which AWS has discontinued, and Studio notebooks do not emit the metric.
  if (!resource.inputs.at("runtimeEnvironment").peek()?.startsWith("FLINK-")) return [];
  const name = resource.inputs.at("name").peek();
  const [namespace, metric] = ["AWS/KinesisAnalytics", "downtime"];
  return [{ resource, namespace, metric, dimension: ["Application", name] }];
};

/** The failure modes of each kind that depend on its configuration. */
const bySettings: Record<string, (resource: Resource) => Surface[]> = {
  "aws:apigatewayv2/api:Api": ofApi,
  "aws:cloudfront/distribution:Distribution": ofDistribution,
  "aws:ecs/service:Service": ofService,
  "aws:iot/topicRule:TopicRule": ofTopicRule,
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": ofDeliveryStream,
  "aws:kinesisanalyticsv2/application:Application": ofApplication,
  "aws:sagemaker/endpoint:Endpoint": ofSageMaker(
    "AWS/SageMaker",
    ["Invocation4XXErrors", "Invocation5XXErrors", "InvocationModelErrors"],
    "EndpointName",
    "name",
  ),
  "aws:sagemaker/pipeline:Pipeline": ofSageMaker(
    "AWS/Sagemaker/ModelBuildingPipeline",
    ["ExecutionFailed"],
    "PipelineName",
    "pipelineName",
  ),
};

/** All failure surfaces of a stack, except those of dead-letter queues, which have their own rule. */
export function surfacesOf(stack: Stack): Surface[] {
  // Functions at the edge have their metrics in the Regions in which they run. Their failures are server errors of the distribution.
  // https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-functions-metrics.html
  const atEdge = new Set(edgeAssociations(stack).map((one) => one.function));
  const surfaces = Object.entries(always).flatMap(([type, { namespace, dimension, metrics }]) =>
    stack
      .of(type)
      .filter((resource) => !atEdge.has(resource))
      .flatMap((resource) =>
        metrics.flatMap((metric) => surface(resource, namespace, metric, dimension)),
      ),
  );
  const functions = edgesOf(stack).flatMap(({ kind, by, toKind }) => {
    const metrics =
      kind === "mapping" && toKind === "stream" ? ["IteratorAge"] : byInvocation[kind];
    if (!metrics || !by.inputs.at("functionName").given) return [];
    const behind = stack.referredTo(by, by.inputs.at("functionName"), "function");
    return behind
      ? metrics.flatMap((metric) => surface(behind, "AWS/Lambda", metric, "FunctionName"))
      : [];
  });
  const others = Object.entries(bySettings).flatMap(([type, surfacesIn]) =>
    stack.of(type).flatMap(surfacesIn),
  );
  return [...surfaces, ...functions, ...redriving(stack), ...ofEventRules(stack), ...others];
}

/**
 * Event rules with a dead-letter queue. Delivery to that queue can also fail. For a custom event bus, the metric has the event bus as a
 * second dimension.
 * @see https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-monitoring.html
 */
function ofEventRules(stack: Stack): Surface[] {
  const rules = edgesOf(stack)
    .filter(({ kind }) => kind === "target failure")
    .map(({ by }) => stack.referredTo(by, by.inputs.at("rule"), "event rule"))
    .filter((rule) => rule !== undefined);
  return [...new Set(rules)].flatMap((rule) =>
    surface(rule, "AWS/Events", "InvocationsFailedToBeSentToDlq", "RuleName").map(
      (one): Surface => {
        const bus = customBus(rule);
        return bus ? { ...one, beside: ["EventBusName", bus.name] } : one;
      },
    ),
  );
}

/** The event bus of a rule; undefined for the default event bus. */
export function customBus({ inputs }: Resource): { name: string | undefined } | undefined {
  const place = inputs.at("eventBusName");
  if (!place.given) return undefined;
  const text = place.peek();
  const name = text === undefined ? undefined : eventBusName(text);
  return name === "default" ? undefined : { name };
}

/**
 * Topics with a dead-letter queue for undeliverable messages. Delivery to that queue can also fail.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
 */
function redriving(stack: Stack): Surface[] {
  const topics = edgesOf(stack)
    .filter(({ kind }) => kind === "subscription failure")
    .map(({ by }) => stack.referredTo(by, by.inputs.at("topic"), "topic"))
    .filter((topic) => topic !== undefined);
  return [...new Set(topics)].flatMap((topic) =>
    surface(topic, "AWS/SNS", "NumberOfNotificationsFailedToRedriveToDlq", "TopicName"),
  );
}

function surface(
  resource: Resource,
  namespace: string,
  metric: string,
  dimension: string,
): Surface[] {
  const name = physicalName(resource);
  return name === undefined ? [] : [{ resource, namespace, metric, dimension: [dimension, name] }];
}

/** Queues that hold failed messages for inspection by operators. */
export function setAsideQueues(stack: Stack): Resource[] {
  const targets = failureTargets(stack);
  return stack
    .of("aws:sqs/queue:Queue")
    .filter((queue) => targets.has(queue) || isQuarantine(queue));
}

/** True for a queue that only operators read, by its tag: a quarantine, or a queue for failures. */
export const isSetAside = (queue: Resource): boolean => isQuarantine(queue) || isForFailures(queue);

/** True for a queue that holds invalid messages, by its tag. */
export const isQuarantine = ({ inputs }: Resource): boolean =>
  inputs.at("tags", "purpose").text() === "quarantine";
