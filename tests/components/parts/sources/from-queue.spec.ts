import * as assert from "node:assert/strict";
import { Queue } from "../../../../components/parts/queue";
import { fromQueue, type FromQueueArgs } from "../../../../components/parts/sources/from-queue";
import { deploy } from "../../../support/deploy";
import { allow, arns } from "../../support";
import { dependenciesOf } from "../dependencies";
import { consumer } from "./consumer";

const mapping = "aws:lambda/eventSourceMapping:EventSourceMapping";
const deployed = (args?: FromQueueArgs) =>
  deploy(() => {
    const source = fromQueue(new Queue("work", { purpose: "work" }), args);
    source.connect(consumer(), {});
    return { statements: source.statements };
  });

describe("fromQueue", () => {
  it("grants what a poller of this queue needs, and nothing else", async () =>
    assert.deepEqual((await deployed()).outputs.statements, [
      allow(
        "ConsumeQueue",
        ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
        arns.queue("work"),
      ),
    ]));

  it("sends batches with partial responses, after function and queue exist", async () => {
    const made = await deployed();
    assert.deepEqual(made.only(mapping), {
      eventSourceArn: arns.queue("work"),
      functionName: "iot-integrations-test-demo",
      batchSize: 10,
      maximumBatchingWindowInSeconds: 0,
      scalingConfig: { maximumConcurrency: 10 },
      functionResponseTypes: ["ReportBatchItemFailures"],
    });
    assert.deepEqual(dependenciesOf(made, mapping), ["function", "work"]);
  });

  it("uses the given batch size and window", async () => {
    const made = await deployed({ batchSize: 100, windowSeconds: 5 });
    const { batchSize, maximumBatchingWindowInSeconds } = made.only(mapping);
    assert.deepEqual([batchSize, maximumBatchingWindowInSeconds], [100, 5]);
  });

  it("has no alarm of its own: the queue's redrive policy is its failure path", async () =>
    assert.equal((await deployed()).all("aws:cloudwatch/metricAlarm:MetricAlarm").size, 0));
});
