import * as assert from "node:assert/strict";
import {
  isUncounted,
  meantNamespace,
  misnamedMetric,
} from "../../../policies/monitoring/metric-names";

const docs = "https://docs.aws.amazon.com";
const ofApis = `${docs}/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html`;
const ofFunctions = `${docs}/lambda/latest/dg/monitoring-metrics-types.html`;
const ofQueues = `${docs}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html`;

describe("The name of a metric", () => {
  it("is right if its namespace lists it, and undecided if the namespace is not listed", () => {
    assert.equal(misnamedMetric("AWS/Lambda", "Errors"), undefined);
    assert.equal(misnamedMetric("AWS/EC2", "Errrors"), undefined);
    assert.equal(misnamedMetric("Orders", "Errrors"), undefined);
  });

  for (const [namespace, page, given, meant] of [
    ["AWS/Lambda", ofFunctions, "Errrors", "Errors"],
    ["AWS/Lambda", ofFunctions, "errors", "Errors"],
    ["AWS/Lambda", ofFunctions, "Throttle", "Throttles"],
    ["AWS/SQS", ofQueues, "NumberOfMessageSent", "NumberOfMessagesSent"],
    // The first of two that are equally similar.
    ["AWS/ApiGateway", ofApis, "6XXError", "4XXError"],
    // Two of five letters differ: the most that a name may differ.
    ["AWS/ApiGateway", ofApis, "Coxyt", "Count"],
  ] as const)
    it(`is mistyped if it resembles another: ${given} means ${meant}`, () => {
      assert.deepEqual(misnamedMetric(namespace, given), { kind: "mistyped", meant, page });
    });

  for (const [namespace, page, given] of [
    // Three of five letters differ.
    ["AWS/ApiGateway", ofApis, "Cxyzt"],
    // A listed name with as many letters before or after it.
    ["AWS/Lambda", ofFunctions, "CustomErrors"],
    ["AWS/Lambda", ofFunctions, "ErrorsOfOrders"],
    ["AWS/SQS", ofQueues, "Latency"],
  ] as const)
    it(`is not listed if it resembles none: ${given}`, () => {
      assert.deepEqual(misnamedMetric(namespace, given), { kind: "unlisted", page });
    });
});

describe("The outcome of a request to the message broker", () => {
  it("is counted or not counted in the namespace of AWS IoT only", () => {
    assert.equal(isUncounted("AWS/IoT", "Ping.Success"), false);
    assert.equal(isUncounted("AWS/IoT", "Ping.Throttle"), true);
    assert.equal(isUncounted("Orders", "Ping.Throttle"), false);
  });

  it("has a request and an outcome: other metrics are not counted by outcome", () => {
    for (const metric of ["Ping", "Pinged.Success", "RulesExecuted", "ProvisionThing.Success"])
      assert.equal(isUncounted("AWS/IoT", metric), false, metric);
  });
});

describe("The name of a namespace", () => {
  for (const [given, meant] of [
    ["aws/lambda", "AWS/Lambda"],
    [" AWS/SQS ", "AWS/SQS"],
    ["ecs/containerinsights", "ECS/ContainerInsights"],
    ["AWS/Lamda", "AWS/Lambda"],
    ["AWS/Lambdas", "AWS/Lambda"],
    ["AWS/Lambba", "AWS/Lambda"],
    ["AWS/EventBridge", "AWS/Events"],
    ["AWS/EventBridge/Scheduler", "AWS/Scheduler"],
    ["AWS/Timestream/InfluxDb", "AWS/Timestream/InfluxDB"],
  ] as const)
    it(`is mistyped: ${given} means ${meant}`, () => {
      assert.equal(meantNamespace(given), meant);
    });

  for (const given of [
    "AWS/Lambda",
    "AWS/DX",
    "AWS/Timestream/InfluxDB",
    // More than one letter differs.
    "AWS/Lamdba",
    // Short names resemble each other.
    "AWS/SQT",
    // Custom namespaces, and members of every object.
    "MAWS/Lambda",
    "Orders",
    "constructor",
    "aws/constructor",
    "",
  ])
    it(`is right, or a namespace that may exist: '${given}'`, () => {
      assert.equal(meantNamespace(given), undefined);
    });
});
