import * as assert from "node:assert/strict";
import { customBus } from "../../../policies/monitoring/surfaces";
import { requireFailureAlarms as rule } from "../../../policies/rules/cloudwatch/require-failure-alarms";
import { said, unknown, type Given } from "../../support/policy";
import { alarmOn } from "../alarms";
import { arn, redrive } from "../given";
import { stackIn } from "../stack/stack-in";

const nobody = (metric: string, dimension: string) =>
  `it: No alarm watches ${metric}: create an alarm on it by ${dimension}.`;

const unwatched =
  "front: No alarm watches AWS/CloudFront 5xxErrorRate: create an alarm on it in us-east-1 by DistributionId.";

describe("Failure surfaces that depend on settings", () => {
  describe("of a delivery stream", () => {
    const stream = (destination: string): Given => ({
      type: "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      inputs: { name: "it", destination },
    });
    const on = (metric: string) => alarmOn("AWS/Firehose", metric, { DeliveryStreamName: "it" });

    for (const [destination, metric] of Object.entries({
      extended_s3: "DeliveryToS3.DataFreshness",
      http_endpoint: "DeliveryToHttpEndpoint.DataFreshness",
      opensearch: "DeliveryToAmazonOpenSearchService.DataFreshness",
      redshift: "DeliveryToRedshift.Success",
      snowflake: "DeliveryToSnowflake.DataFreshness",
      splunk: "DeliveryToSplunk.DataFreshness",
    }))
      it(`are ${metric} and throttling where it leads to ${destination}`, async () => {
        assert.deepEqual(await said(rule, stream(destination)), [
          `it: No alarm watches AWS/Firehose ${metric}, ThrottledRecords: create an alarm on each by DeliveryStreamName.`,
        ]);
        assert.deepEqual(
          await said(rule, stream(destination), on(metric), on("ThrottledRecords")),
          [],
        );
      });

    it("are only throttling for a destination that emits no other metric, or is not known yet", async () => {
      for (const destination of ["iceberg", unknown])
        assert.deepEqual(await said(rule, stream(destination)), [
          nobody("AWS/Firehose ThrottledRecords", "DeliveryStreamName"),
        ]);
    });
  });

  describe("of an application of Managed Service for Apache Flink", () => {
    const application = (runtimeEnvironment: string): Given => ({
      type: "aws:kinesisanalyticsv2/application:Application",
      inputs: { name: "it", runtimeEnvironment },
    });

    it("are its downtime", async () => {
      assert.deepEqual(await said(rule, application("FLINK-1_20")), [
        nobody("AWS/KinesisAnalytics downtime", "Application"),
      ]);
      const on = (Application: string) =>
        alarmOn("AWS/KinesisAnalytics", "downtime", { Application });
      assert.deepEqual(await said(rule, application("FLINK-1_20"), on("it")), []);
      assert.equal((await said(rule, application("FLINK-1_20"), on("other"))).length, 1);
    });

    it("are none of a SQL application or a notebook, which do not emit it, or of an unknown runtime", async () => {
      for (const runtime of ["SQL-1_0", "ZEPPELIN-FLINK-3_0", unknown])
        assert.deepEqual(await said(rule, application(runtime)), []);
    });
  });

  describe("of a function", () => {
    const lambda: Given = { type: "aws:lambda/function:Function", inputs: { name: "it" } };
    const front = {
      type: "aws:cloudfront/distribution:Distribution",
      name: "front",
      inputs: {
        defaultCacheBehavior: {
          lambdaFunctionAssociations: [{ eventType: "origin-request", lambdaArn: unknown }],
        },
      },
      madeFrom: { defaultCacheBehavior: ["it"] },
    };

    it("are errors and throttles, unless it is at the edge, where the metrics are in other regions", async () => {
      assert.deepEqual(await said(rule, lambda), [
        "it: No alarm watches AWS/Lambda Errors, Throttles: create an alarm on each by FunctionName.",
      ]);
      // Of the two, only the distribution has a metric at one place.
      assert.deepEqual(await said(rule, lambda, front), [unwatched]);
    });

    it("are none if Pulumi generates its name: no alarm can name it yet", async () => {
      assert.deepEqual(await said(rule, { ...lambda, inputs: { name: unknown } }), []);
      assert.deepEqual(await said(rule, { ...lambda, inputs: {} }), []);
    });

    it("are those of asynchronous invocation for any kind of destination, and none for a function outside the stack", async () => {
      const config = (functionName: string): Given => ({
        type: "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
        name: "config",
        inputs: {
          functionName,
          destinationConfig: { onFailure: { destination: arn.stream("failures") } },
        },
      });
      assert.deepEqual(await said(rule, lambda, config("it")), [
        "it: No alarm watches AWS/Lambda Errors, Throttles, DestinationDeliveryFailures, AsyncEventsDropped: create an alarm on each by FunctionName.",
      ]);
      assert.deepEqual(await said(rule, config("elsewhere")), []);
    });
  });

  describe("of a distribution", () => {
    const front: Given = {
      type: "aws:cloudfront/distribution:Distribution",
      name: "front",
      inputs: {},
    };
    const watching = (region?: string): Given => ({
      ...alarmOn(
        "AWS/CloudFront",
        "5xxErrorRate",
        { DistributionId: unknown, Region: "Global" },
        region === undefined ? {} : { region },
      ),
      madeFrom: { dimensions: ["front"] },
    });

    it("are its server errors, which only an alarm in us-east-1 can watch", async () => {
      assert.deepEqual(await said(rule, front), [unwatched]);
      assert.deepEqual(await said(rule, front, watching("us-east-1")), []);
      assert.deepEqual(await said(rule, front, watching("eu-central-1")), [unwatched]);
      // Tells the pack the Region of the stack.
      const place = redrive("orders", "failures");
      assert.deepEqual(await said(rule, place, front, watching()), [unwatched]);
    });
  });

  describe("of an API", () => {
    const api = (protocolType: string, name = "it"): Given => ({
      type: "aws:apigatewayv2/api:Api",
      name,
      inputs: { name, protocolType },
    });
    const watch = (of: string, ApiId = unknown): Given => ({
      ...alarmOn("AWS/ApiGateway", "5xx", { ApiId, Stage: "$default" }),
      madeFrom: { dimensions: [of] },
    });

    it("are none of a WebSocket API, which emits no server errors by this name", async () => {
      assert.deepEqual(await said(rule, api("WEBSOCKET")), []);
    });

    it("are server errors, with an ID that AWS generates", async () => {
      assert.deepEqual(await said(rule, api("HTTP")), [nobody("AWS/ApiGateway 5xx", "ApiId")]);
      assert.deepEqual(await said(rule, api("HTTP"), watch("it")), []);
      assert.deepEqual(await said(rule, api("HTTP"), watch("it", "a1b2c3")), []);
    });

    it("are not monitored by an alarm that was derived from another API", async () => {
      const both = [api("HTTP"), api("WEBSOCKET", "other"), watch("other")];
      assert.deepEqual(await said(rule, ...both), [nobody("AWS/ApiGateway 5xx", "ApiId")]);
    });
  });

  describe("of a container service", () => {
    const service: Given = { type: "aws:ecs/service:Service", inputs: { name: "it" } };
    const on = (ServiceName: string) =>
      alarmOn("ECS/ContainerInsights", "RunningTaskCount", { ClusterName: "c", ServiceName });

    it("are tasks that do not run", async () => {
      const expected = [nobody("ECS/ContainerInsights RunningTaskCount", "ServiceName")];
      assert.deepEqual(await said(rule, service), expected);
      assert.deepEqual(await said(rule, service, on("other")), expected);
      assert.deepEqual(await said(rule, service, on("it")), []);
    });

    it("are emitted only by a cluster with Container Insights", async () => {
      const cluster = (...values: string[]): Given => ({
        type: "aws:ecs/cluster:Cluster",
        name: "cluster",
        inputs: {
          name: "c",
          settings: values.map((value) => ({ name: "containerInsights", value })),
        },
      });
      const within = { ...service, madeFrom: { cluster: ["cluster"] } };
      const expected = [nobody("ECS/ContainerInsights RunningTaskCount", "ServiceName")];
      for (const value of ["enabled", "enhanced"])
        assert.deepEqual(await said(rule, cluster(value), within), expected);
      assert.deepEqual(await said(rule, cluster("disabled"), within), []);
      assert.deepEqual(await said(rule, cluster(), within), []);
      const other = { ...cluster(), inputs: { settings: [{ name: "other", value: "enabled" }] } };
      assert.deepEqual(await said(rule, other, within), []);
      // The cluster of a service can derive from more than the cluster.
      const place: Given = { type: "aws:ssm/parameter:Parameter", name: "place", inputs: {} };
      const derived = { ...service, madeFrom: { cluster: ["place", "cluster"] } };
      assert.deepEqual(await said(rule, place, cluster("enabled"), derived), expected);
      assert.deepEqual(await said(rule, place, cluster("disabled"), derived), []);
    });
  });

  describe("of a dead-letter queue", () => {
    const deadLetterConfig = { arn: arn.queue("failures") };
    const target = (eventRule: string, madeFrom?: Given["madeFrom"]): Given => ({
      type: "aws:cloudwatch/eventTarget:EventTarget",
      name: "target",
      inputs: { rule: eventRule, arn: arn.function("work"), deadLetterConfig },
      madeFrom,
    });
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: arn.queue("failures") });
    const subscription = (topic: string, madeFrom?: Given["madeFrom"]): Given => ({
      type: "aws:sns/topicSubscription:TopicSubscription",
      name: "subscription",
      inputs: { topic, protocol: "sqs", endpoint: arn.queue("work"), redrivePolicy },
      madeFrom,
    });
    const eventRule: Given = { type: "aws:cloudwatch/eventRule:EventRule", inputs: { name: "it" } };
    const topic: Given = { type: "aws:sns/topic:Topic", inputs: { name: "it" } };
    const ofRule = nobody("AWS/Events InvocationsFailedToBeSentToDlq", "RuleName");
    const ofTopic = nobody("AWS/SNS NumberOfNotificationsFailedToRedriveToDlq", "TopicName");

    it("are those of the event rule or topic, by name or as what the input was derived from", async () => {
      assert.deepEqual(await said(rule, eventRule, target("it")), [ofRule]);
      assert.deepEqual(await said(rule, topic, subscription(arn.topic("it"))), [ofTopic]);
      const queue: Given = { type: "aws:sqs/queue:Queue", name: "queue", inputs: { name: "q" } };
      assert.deepEqual(
        await said(rule, eventRule, queue, target(unknown, { rule: ["queue", "it"] })),
        [ofRule],
      );
      assert.deepEqual(
        await said(rule, topic, queue, subscription(unknown, { topic: ["queue", "it"] })),
        [ofTopic],
      );
    });

    it("are none of an event rule or topic outside the stack", async () => {
      assert.deepEqual(await said(rule, target("elsewhere")), []);
      assert.deepEqual(await said(rule, subscription(arn.topic("elsewhere"))), []);
    });
  });
});

describe("The event bus of a rule", () => {
  const busOf = async (inputs: Given["inputs"]) => {
    const stack = await stackIn({ type: "aws:cloudwatch/eventRule:EventRule", inputs });
    const [eventRule] = stack.resources;
    assert.ok(eventRule);
    return customBus(eventRule);
  };
  const arnOf = (bus: string) => `arn:aws:events:eu-central-1:123456789012:event-bus/${bus}`;

  it("is a custom event bus by name or by ARN, or one that is not known yet", async () => {
    for (const eventBusName of ["orders", arnOf("orders")])
      assert.deepEqual(await busOf({ eventBusName }), { name: "orders" });
    const partner = "aws.partner/example.com/orders";
    for (const eventBusName of [partner, arnOf(partner)])
      assert.deepEqual(await busOf({ eventBusName }), { name: partner });
    assert.deepEqual(await busOf({ eventBusName: unknown }), { name: undefined });
  });

  it("is the default event bus by name, by ARN, or if the rule names none", async () => {
    for (const inputs of [{}, { eventBusName: "default" }, { eventBusName: arnOf("default") }])
      assert.equal(await busOf(inputs), undefined);
  });
});
