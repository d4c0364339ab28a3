import * as assert from "node:assert/strict";
import { DeadLetterQueue } from "../../../components/parts/dead-letter-queue";
import { announcer, FailuresBucket } from "../../../components/parts/failures-bucket";
import { account, deploy, document, region, statements, type Made } from "../../support/deploy";
import { allow, arns, fromEventRule, shared } from "../support";
import { dependenciesOf } from "./dependencies";

const bucket = `iot-integrations-test-euc1-batches-${account}`;

describe("FailuresBucket", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() => {
      const { alarms } = shared();
      const announceTo = new DeadLetterQueue("failures", { alarms });
      const batches = new FailuresBucket("batches", { announceTo, alarms });
      return {
        arn: batches.arn,
        announcer: announcer("batches"),
        statements: batches.writeStatements(),
        resources: batches.resources.length,
      };
    });
  });

  it("has a name that no other account's bucket has, and an ARN that is known by it", () => {
    assert.deepEqual(made.only("aws:s3/bucket:Bucket"), { bucket });
    assert.equal(made.outputs.arn, arns.bucket("batches"));
  });

  it("blocks public access before it has a policy, and plain text by the policy", () => {
    assert.deepEqual(made.only("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"), {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const type = "aws:s3/bucketPolicy:BucketPolicy";
    assert.deepEqual(statements(made.only(type).policy), [
      {
        Sid: "DenyPlainText",
        Effect: "Deny",
        Principal: "*",
        Action: "s3:*",
        Resource: [arns.bucket("batches"), `${arns.bucket("batches")}/*`],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
    assert.deepEqual(dependenciesOf(made, type), ["batches", "batches-access"]);
  });

  it("expires objects after 30 days, later than their notifications", () =>
    assert.deepEqual(
      made.only("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"),
      {
        bucket,
        rules: [
          { id: "expire", status: "Enabled", filter: { prefix: "" }, expiration: { days: 30 } },
        ],
      },
    ));

  it("sends an event per object to the failures queue, with a queue for what cannot be sent; no notification names a queue", () => {
    const rule = "iot-integrations-test-batches-announcement";
    assert.deepEqual(made.only("aws:s3/bucketNotification:BucketNotification"), {
      bucket,
      eventbridge: true,
    });
    const { eventPattern, name, eventBusName } = made.only("aws:cloudwatch/eventRule:EventRule");
    assert.deepEqual([name, eventBusName], [rule, undefined]);
    assert.deepEqual(document(eventPattern), {
      source: ["aws.s3"],
      "detail-type": ["Object Created"],
      detail: { bucket: { name: [bucket] } },
    });
    const target = "aws:cloudwatch/eventTarget:EventTarget";
    assert.deepEqual(made.only(target), {
      rule,
      targetId: "failures",
      arn: arns.queue("failures"),
      deadLetterConfig: { arn: arns.queue("batches-undelivered") },
      retryPolicy: { maximumRetryAttempts: 185, maximumEventAgeInSeconds: 86_400 },
    });
    assert.deepEqual(dependenciesOf(made, target), [
      "batches-announcement",
      "batches-undelivered",
      "failures",
    ]);
    assert.deepEqual(
      (statements(made.only("aws:sqs/queue:Queue", "batches-undelivered").policy) as object[])[1],
      fromEventRule("batches-undelivered", rule),
    );
    assert.deepEqual(made.outputs.announcer, {
      service: "events.amazonaws.com",
      sourceArn: `arn:aws:events:${region}:${account}:rule/${rule}`,
    });
  });

  it("has an alarm for each way in which an event does not arrive", () => {
    const alarms = [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm")];
    assert.deepEqual(
      alarms
        .filter(([, { namespace }]) => namespace === "AWS/Events")
        .map(([, { metricName, dimensions }]) => [metricName, dimensions]),
      ["FailedInvocations", "InvocationsFailedToBeSentToDlq", "ThrottledRules"].map((metric) => [
        metric,
        { RuleName: "iot-integrations-test-batches-announcement" },
      ]),
    );
  });

  it("returns the statements for sending a failed batch", () => {
    assert.deepEqual(made.outputs.statements, [
      allow("SetAsideRecords", "s3:PutObject", `${arns.bucket("batches")}/*`),
      allow("FindFailuresBucket", "s3:ListBucket", arns.bucket("batches")),
    ]);
    assert.equal(made.outputs.resources, 4);
  });
});
