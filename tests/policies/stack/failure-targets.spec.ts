import * as assert from "node:assert/strict";
import {
  announcementsIn,
  failureTargets,
  isForFailures,
} from "../../../policies/stack/failure-targets";
import type { Given } from "../../support/policy";
import { arn, queueUrl } from "../given";
import { stackIn } from "./stack-in";

const marked = { tags: { purpose: "failures" } };
const queue = (name: string, more: object = {}): Given => ({
  type: "aws:sqs/queue:Queue",
  name,
  inputs: { name, ...more },
});
const bucket: Given = { type: "aws:s3/bucket:Bucket", name: "bucket", inputs: { bucket: "b" } };
const objects = { source: ["aws.s3"], detail: { bucket: { name: ["elsewhere", "b"] } } };
const eventRule = (eventPattern?: unknown): Given => ({
  type: "aws:cloudwatch/eventRule:EventRule",
  name: "event-rule",
  inputs: {
    name: "e",
    ...(eventPattern !== undefined && {
      eventPattern: typeof eventPattern === "string" ? eventPattern : JSON.stringify(eventPattern),
    }),
  },
});
const target = (to = arn.queue("q"), more: object = {}): Given => ({
  type: "aws:cloudwatch/eventTarget:EventTarget",
  name: "target",
  inputs: { rule: "e", arn: to, ...more },
});
const toBucket = [{ bucketName: "b", key: "k" }];
const topicRule = (inputs: object): Given => ({
  type: "aws:iot/topicRule:TopicRule",
  name: "rule",
  inputs: { name: "r", ...inputs },
});
const failing = topicRule({ errorAction: { s3: toBucket[0] } });

describe("A queue for failed messages", () => {
  it("is a queue with the tag", async () => {
    const given = [
      queue("marked", marked),
      queue("other", { tags: { purpose: "orders" } }),
      queue("bare"),
      { type: "aws:sns/topic:Topic", name: "topic", inputs: { name: "t", ...marked } },
    ];
    const { resources } = await stackIn(...given);
    assert.deepEqual(
      resources.map((one) => isForFailures(one)),
      [true, false, false, false],
    );
  });
});

describe("The announcements of failed messages", () => {
  const found = async (...given: Given[]) =>
    announcementsIn(await stackIn(queue("q"), queue("f", marked), bucket, ...given)).map(
      ({ kind, by, to }) => `${by.name}: ${kind} → ${to?.name ?? "outside"}`,
    );

  it("are the event targets of the objects of a bucket with failed messages", async () => {
    assert.deepEqual(await found(failing, eventRule(objects), target()), ["target: target → q"]);
    assert.deepEqual(await found(failing, eventRule(objects), target(arn.function("x"))), [
      "target: target → outside",
    ]);
  });

  it("are the event targets that are queues for failed messages, and no other edges to those", async () => {
    const sends = topicRule({ sqs: [{ queueUrl: queueUrl("f") }] });
    const deadLetters = { deadLetterConfig: { arn: arn.queue("f") } };
    assert.deepEqual(await found(sends, eventRule({}), target(arn.queue("f"), deadLetters)), [
      "target: target → f",
    ]);
  });

  for (const [what, given] of Object.entries<Given[]>({
    "a bucket of other messages": [topicRule({ s3: toBucket }), eventRule(objects)],
    "another bucket": [
      failing,
      eventRule({ ...objects, detail: { bucket: { name: ["elsewhere"] } } }),
    ],
    "another service": [failing, eventRule({ ...objects, source: ["aws.ecs"] })],
    "all services": [failing, eventRule({ detail: objects.detail })],
    "any bucket": [failing, eventRule({ source: ["aws.s3"] })],
    "details without a bucket": [failing, eventRule({ ...objects, detail: {} })],
    "a bucket without a name": [failing, eventRule({ ...objects, detail: { bucket: {} } })],
    "a pattern that is not JSON": [failing, eventRule("{")],
    "no pattern": [failing, eventRule()],
    "a rule outside the stack": [failing],
  }))
    it(`are not those of ${what}`, async () => {
      assert.deepEqual(await found(...given, target()), []);
      // A failure edge that leads outside the stack marks no bucket.
      const outside = queue("w", {
        redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn.queue("elsewhere") }),
      });
      assert.deepEqual(await found(outside, ...given, target()), []);
    });
});

describe("The resources that receive undeliverable messages", () => {
  const found = async (...given: Given[]) =>
    [...failureTargets(await stackIn(queue("q"), queue("f", marked), bucket, ...given))].map(
      (one) => one?.name,
    );
  const code = (name: string): Given => ({
    type: "aws:lambda/function:Function",
    name: "function",
    inputs: { name: "code", environment: { variables: { QUEUE_URL: queueUrl(name) } } },
  });

  it("are those of failure edges and of announcements of them", async () => {
    assert.deepEqual(await found(failing, eventRule(objects), target()), ["bucket", "q"]);
    assert.deepEqual(await found(topicRule({ s3: toBucket }), eventRule(objects), target()), []);
  });

  it("are the queues for failed messages to which code sends", async () => {
    assert.deepEqual(await found(code("f")), ["f"]);
    assert.deepEqual(await found(code("q")), []);
    assert.deepEqual(await found(), []);
  });
});
