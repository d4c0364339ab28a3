import * as assert from "node:assert/strict";
import { DeadLetterQueue } from "../../../components/parts/dead-letter-queue";
import { FailuresBucket, failuresBucketArn } from "../../../components/parts/failures-bucket";
import { account, deploy, statements, type Made } from "../../support/deploy";
import { allow, arns, shared } from "../support";
import { dependenciesOf } from "./dependencies";

const bucket = `iot-integrations-test-euc1-batches-${account}`;

describe("FailuresBucket", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() => {
      const announceTo = new DeadLetterQueue("failures", { alarms: shared().alarms });
      const batches = new FailuresBucket("batches", { announceTo });
      return {
        arn: batches.arn,
        expected: failuresBucketArn("batches"),
        statements: batches.writeStatements(),
        resources: batches.resources.length,
      };
    });
  });

  it("has a name that no other account's bucket has, and an ARN that is known by it", () => {
    assert.deepEqual(made.only("aws:s3/bucket:Bucket"), { bucket });
    assert.equal(made.outputs.arn, arns.bucket("batches"));
    assert.equal(made.outputs.expected, made.outputs.arn);
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

  it("notifies the failures queue of each object; the queue exists first", () => {
    const type = "aws:s3/bucketNotification:BucketNotification";
    assert.deepEqual(made.only(type), {
      bucket,
      queues: [
        { id: "failures", queueArn: arns.queue("failures"), events: ["s3:ObjectCreated:*"] },
      ],
    });
    assert.deepEqual(dependenciesOf(made, type), ["batches", "failures"]);
  });

  it("returns the statements for sending a failed batch", () => {
    assert.deepEqual(made.outputs.statements, [
      allow("SetAsideRecords", "s3:PutObject", `${arns.bucket("batches")}/*`),
      allow("FindFailuresBucket", "s3:ListBucket", arns.bucket("batches")),
    ]);
    assert.equal(made.outputs.resources, 3);
  });
});
