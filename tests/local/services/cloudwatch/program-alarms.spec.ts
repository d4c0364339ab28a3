import * as assert from "node:assert/strict";
import * as path from "node:path";
import { messageStems } from "../../../../components/catalogue";
import { watchOf, type MetricAlarmInputs } from "../../../../local/services/cloudwatch/watch";
import { evaluateProject } from "../../../../local/program";
import { answer } from "../../../support/deploy";

/** All that the program watches and this machine never reports, with the reason that is given at start. */
const silent = [
  "Alarm iot-integrations-local-stream-to-fargate-consumer-behind does not fire here: only missing data that is not breaching is.",
  "Alarm iot-integrations-local-stream-to-fargate-consumer-more does not fire here: only missing data that is not breaching is.",
  "Alarms on AWS/ApiGateway 5xx do not fire here: the emulator keeps no record of what APIs answer.",
  "Alarms on AWS/DynamoDB WriteThrottleEvents do not fire here: the emulator's tables have no limit of throughput.",
  "Alarms on AWS/ECS MemoryUtilization do not fire here: containers are processes without a limit of memory.",
  "Alarms on AWS/Events ThrottledRules do not fire here: no quota limits how often targets are invoked.",
  "Alarms on AWS/Firehose BackupToS3.Success do not fire here: delivery streams are not measured.",
  "Alarms on AWS/Firehose DeliveryToS3.DataFreshness do not fire here: delivery streams are not measured.",
  "Alarms on AWS/Firehose DeliveryToSplunk.DataFreshness do not fire here: delivery streams are not measured.",
  "Alarms on AWS/Firehose ThrottledRecords do not fire here: no quota limits how many records delivery streams take.",
  "Alarms on AWS/IoT RuleMessageThrottled do not fire here: no quota limits how many messages rules take.",
  "Alarms on AWS/Kinesis IncomingRecords do not fire here: the emulator does not count the records of streams.",
  "Alarms on AWS/Kinesis ReadProvisionedThroughputExceeded do not fire here: the emulator's shards have no limit of reads.",
  "Alarms on AWS/Kinesis WriteProvisionedThroughputExceeded do not fire here: the emulator's shards have no limit of throughput.",
  "Alarms on AWS/SageMaker Invocation4XXErrors do not fire here: the double of endpoints is not measured.",
  "Alarms on AWS/SageMaker Invocation5XXErrors do not fire here: the double of endpoints is not measured.",
  "Alarms on AWS/SageMaker InvocationModelErrors do not fire here: the double of endpoints is not measured.",
  "Alarms on AWS/States ExecutionThrottled do not fire here: no quota limits the transitions of workflows.",
  "Alarms on AWS/States ExecutionsTimedOut do not fire here: the emulator overlooks the time limit of a whole execution.",
  "Alarms on IotIntegrations Behind do not fire here: the metrics in the logs of containers are not read.",
  "Alarms on IotIntegrations Negative do not fire here: the metrics in the logs of functions are not read.",
  "Alarms on IotIntegrations Spilled do not fire here: the metrics in the logs of functions are not read.",
  "Alarms on IotIntegrations Truncated do not fire here: the metrics in the logs of functions are not read.",
];

describe("the alarms of the whole program", () => {
  let alarms: { name: string; inputs: MetricAlarmInputs }[];
  before(async function () {
    this.timeout(120_000);
    const { resources } = await evaluateProject(path.join(__dirname, "../../../.."), "local", {
      invoke: answer,
    });
    alarms = resources
      .filter(({ type }) => type === "aws:cloudwatch/metricAlarm:MetricAlarm")
      .map(({ name, plain }) => ({ name, inputs: plain as unknown as MetricAlarmInputs }));
  });

  it("have a metric source, or are listed with the reason", () => {
    const reasons = alarms.flatMap(({ inputs }) => {
      const watch = watchOf(inputs);
      return watch.kind === "nothing" ? [watch.reason] : [];
    });
    assert.deepEqual([...new Set(reasons)].sort(), silent);
  });

  it("use the dimensions of their reported metric", () => {
    const given = new Map<string, Set<string>>();
    for (const { inputs } of alarms) {
      const watch = watchOf(inputs);
      const metrics =
        watch.kind === "metric"
          ? [watch]
          : watch.kind === "math"
            ? [...watch.metrics.values()]
            : [];
      for (const { namespace, dimensions } of metrics) {
        const names = Object.keys(dimensions).sort().join();
        given.set(namespace, (given.get(namespace) ?? new Set()).add(names));
      }
    }
    assert.deepEqual(
      Object.fromEntries([...given].map(([namespace, names]) => [namespace, [...names].sort()])),
      {
        "AWS/CloudFront": ["DistributionId,Region"],
        "AWS/EventBridge/Pipes": ["PipeName"],
        // Rules of the default bus are reported without it.
        "AWS/Events": ["EventBusName,RuleName", "RuleName"],
        "AWS/IoT": ["RuleName"],
        "AWS/Lambda": ["FunctionName"],
        "AWS/SNS": ["TopicName"],
        "AWS/SQS": ["QueueName"],
        "AWS/States": ["StateMachineArn"],
      },
    );
  });

  for (const integration of messageStems)
    it(`watch over ${integration}`, () =>
      assert.ok(
        alarms.some(
          ({ name, inputs }) =>
            name.startsWith(`${integration}-`) && watchOf(inputs).kind !== "nothing",
        ),
      ));
});
