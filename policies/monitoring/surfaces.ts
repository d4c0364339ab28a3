import { edgesOf, isFailureEdge, type EdgeKind } from "../stack/edges";
import { nameOf } from "../stack/names";
import type { Resource } from "../stack/resource";
import type { Stack } from "../stack/stack";

/** One way in which a resource can fail without anybody being told, and the metric that tells. */
export interface Surface {
  resource: Resource;
  namespace: string;
  metric: string;
  /** The dimension that names the resource, and its value; none where only AWS knows that, after the update. */
  dimension: [name: string, value: string | undefined];
}

/** What each kind of resource can always fail by. */
const always: Record<string, { namespace: string; dimension: string; metrics: string[] }> = {
  "aws:dynamodb/table:Table": {
    namespace: "AWS/DynamoDB",
    dimension: "TableName",
    metrics: ["WriteThrottleEvents"],
  },
  "aws:cloudwatch/eventRule:EventRule": {
    namespace: "AWS/Events",
    dimension: "RuleName",
    metrics: ["InvocationsFailedToBeSentToDlq"],
  },
  "aws:iot/topicRule:TopicRule": {
    namespace: "AWS/IoT",
    dimension: "RuleName",
    metrics: ["Failure", "ErrorActionFailure", "ParseError", "RuleMessageThrottled"],
  },
  "aws:kinesis/stream:Stream": {
    namespace: "AWS/Kinesis",
    dimension: "StreamName",
    metrics: ["WriteProvisionedThroughputExceeded"],
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

/** What a function can fail by, depending on how it is invoked. */
const byInvocation: Partial<Record<EdgeKind, string[]>> = {
  "asynchronous failure": ["DestinationDeliveryFailures", "AsyncEventsDropped"],
};

/** By what a delivery stream tells that what it gathered does not arrive, by its destination. */
const arrival: Record<string, string> = {
  extended_s3: "DeliveryToS3.DataFreshness",
  http_endpoint: "DeliveryToHttpEndpoint.DataFreshness",
  opensearch: "DeliveryToAmazonOpenSearchService.DataFreshness",
  redshift: "DeliveryToRedshift.Success",
  snowflake: "DeliveryToSnowflake.DataFreshness",
  splunk: "DeliveryToSplunk.DataFreshness",
};

/** @see https://docs.aws.amazon.com/firehose/latest/dev/monitoring-with-cloudwatch-metrics.html */
const ofDeliveryStream = (resource: Resource): Surface[] => {
  const destination = resource.inputs.at("destination").peek() ?? "";
  const metric = Object.hasOwn(arrival, destination) ? arrival[destination] : undefined;
  return [...(metric ? [metric] : []), "ThrottledRecords"].flatMap((one) =>
    surface(resource, "AWS/Firehose", one, "DeliveryStreamName"),
  );
};

/** @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-metrics.html */
const ofApi = (resource: Resource): Surface[] =>
  resource.inputs.at("protocolType").peek() === "HTTP"
    ? [{ resource, namespace: "AWS/ApiGateway", metric: "5xx", dimension: ["ApiId", undefined] }]
    : [];

/** @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Container-Insights-metrics-ECS.html */
const ofService = (resource: Resource): Surface[] => {
  const name = resource.inputs.at("name").peek();
  const [namespace, metric] = ["ECS/ContainerInsights", "RunningTaskCount"];
  return [{ resource, namespace, metric, dimension: ["ServiceName", name] }];
};

/** What each kind of resource fails by that depends on how it is set up. */
const bySettings: Record<string, (resource: Resource) => Surface[]> = {
  "aws:apigatewayv2/api:Api": ofApi,
  "aws:ecs/service:Service": ofService,
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": ofDeliveryStream,
};

/** Every failure surface of a stack. Those of dead-letter queues are a rule of their own. */
export function surfacesOf(stack: Stack): Surface[] {
  const surfaces = Object.entries(always).flatMap(([type, { namespace, dimension, metrics }]) =>
    stack
      .of(type)
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
  return [...surfaces, ...functions, ...redriving(stack), ...others];
}

/**
 * Topics that set aside what they could not deliver, and may fail at that too.
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-monitoring-using-cloudwatch.html
 */
function redriving(stack: Stack): Surface[] {
  const topics = edgesOf(stack).flatMap(({ kind, by }) =>
    kind === "subscription failure"
      ? (stack.referredTo(by, by.inputs.at("topic"), "topic") ?? [])
      : [],
  );
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
  const name = nameOf(resource);
  if (name === undefined) return [];
  const physical = /^(?:state machine|topic rule|event rule|\w+) (.+)$/s.exec(name)?.[1] ?? name;
  return [{ resource, namespace, metric, dimension: [dimension, physical] }];
}

/** Queues in which messages are set aside, for people to find. */
export function setAsideQueues(stack: Stack): Resource[] {
  const targets = new Set(
    edgesOf(stack)
      .filter(isFailureEdge)
      .map(({ to }) => to),
  );
  return stack
    .of("aws:sqs/queue:Queue")
    .filter(
      (queue) => targets.has(queue) || queue.inputs.at("tags", "purpose").text() === "quarantine",
    );
}
