import * as assert from "node:assert/strict";
import { IotToStepFunctions } from "../../../components/iot-to-step-functions";
import { createHandler } from "../../../functions/iot-to-step-functions/starter";
import { integrated } from "../../components/support";
import { deploy, document } from "../../support/deploy";
import { envelopeOf, readingOf, sqsEvent } from "../../support/events";
import { memoryGate } from "../../support/memory-gate";
import { logged } from "../logged";

const messages = 400;
const batchSize = 10;

/** The numbers that the component deploys. */
async function deployed(): Promise<{ deliveries: number; concurrency: number }> {
  const made = await deploy(
    () => new IotToStepFunctions("iot-to-step-functions", { ...integrated(), emails: [] }),
  );
  const queue = made.only("aws:sqs/queue:Queue", "iot-to-step-functions-queue");
  const mapping = made.only(
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    "iot-to-step-functions-starter-mapping",
  );
  return {
    deliveries: document(queue.redrivePolicy).maxReceiveCount as number,
    concurrency: (mapping.scalingConfig as { maximumConcurrency: number }).maximumConcurrency,
  };
}

/** The SDK's error after its own retries. */
const throttled = () => Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });

/**
 * Delivers all messages, and those that the starter returns again, until none is left or each has been delivered `deliveries` times.
 * `isThrottled` decides for each call. Returns how many executions started and how many messages the queue would set aside.
 */
async function deliver(deliveries: number, isThrottled: (delivery: number) => boolean) {
  const executions = new Map<string, number>();
  let [delivery, running, mostAtOnce] = [0, 0, 0];
  const handler = createHandler(
    {
      stateMachineArn: "unused",
      quarantineQueueUrl: "unused",
      limits: {},
      gateTableName: "unused",
      gateLimits: { deviceBudget: 1, totalBudget: messages, quietMinutes: 15, repeatMinutes: 60 },
    },
    {
      gate: memoryGate(),
      async start(name) {
        running += 1;
        mostAtOnce = Math.max(mostAtOnce, running);
        await new Promise(setImmediate);
        running -= 1;
        if (isThrottled(delivery)) throw throttled();
        executions.set(name, (executions.get(name) ?? 0) + 1);
        return true;
      },
      quarantine: (entries) =>
        Promise.reject(new Error(`${entries.length} are no valid readings.`)),
    },
  );
  // Of one device each, so that the gate admits all.
  let waiting = Array.from({ length: messages }, (_, index) => {
    const deviceId = `pump-${index}`;
    return envelopeOf(readingOf({ deviceId, status: "critical" }), { deviceId });
  });
  for (; delivery < deliveries && waiting.length > 0; delivery += 1) {
    const failed: string[] = [];
    for (let at = 0; at < waiting.length; at += batchSize) {
      const event = sqsEvent(...waiting.slice(at, at + batchSize));
      const { answer } = await logged(() => handler(event));
      const ids = new Set(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      failed.push(
        ...event.Records.filter(({ messageId }) => ids.has(messageId)).map(({ body }) => body),
      );
    }
    waiting = failed;
  }
  assert.ok([...executions.values()].every((count) => count === 1));
  return { started: executions.size, setAside: waiting.length, mostAtOnce };
}

/** A generator of fixed seed, so that every run throttles the same calls. */
function share(percent: number): () => boolean {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32 < percent / 100;
  };
}

describe("The starter of iot-to-step-functions, while Step Functions throttles", () => {
  for (const percent of [10, 30, 50])
    it(`starts every execution if ${percent} % of the calls are throttled`, async () => {
      const { deliveries } = await deployed();
      const { started, setAside } = await deliver(deliveries, share(percent));
      assert.deepEqual([started, setAside], [messages, 0]);
    });

  it("starts every execution of a backlog with a quota of a sixteenth of it between two deliveries", async () => {
    const { deliveries } = await deployed();
    const left = new Map<number, number>();
    const exceedsQuota = (delivery: number): boolean => {
      const remaining = left.get(delivery) ?? 25;
      left.set(delivery, remaining - 1);
      return remaining <= 0;
    };
    const { started, setAside } = await deliver(deliveries, exceedsQuota);
    assert.deepEqual([started, setAside], [messages, 0]);
  });

  it("would set valid messages aside with five deliveries", async () => {
    const { started, setAside } = await deliver(5, share(50));
    assert.equal(started + setAside, messages);
    assert.ok(setAside > 0);
  });

  it("calls StartExecution at most ten times at once", async () => {
    const { concurrency } = await deployed();
    const { mostAtOnce } = await deliver(1, () => false);
    assert.deepEqual([concurrency, mostAtOnce, concurrency * mostAtOnce], [2, 5, 10]);
  });
});
