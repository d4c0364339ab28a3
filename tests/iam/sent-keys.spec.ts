import * as assert from "node:assert/strict";
import { sentBy, sentKeys, serviceContext } from "../../iam";

const source = ["aws:SourceArn"];
const both = ["aws:SourceAccount", "aws:SourceArn"];

/** Written out, so that no row changes without a second look at its page. */
const documented: Record<string, Record<string, string[]>> = {
  "apigateway.amazonaws.com": { lambda: source, sts: [] },
  "cloudwatch.amazonaws.com": { kms: both, sns: ["aws:SourceArn", "aws:SourceOwner"] },
  "credentials.iot.amazonaws.com": { sts: [] },
  "ecs-tasks.amazonaws.com": { sts: both },
  "edgelambda.amazonaws.com": { sts: [] },
  "events.amazonaws.com": { kms: [], lambda: source, logs: [], sns: [], sqs: source, sts: both },
  "firehose.amazonaws.com": { sts: ["sts:ExternalId"] },
  "grafana.amazonaws.com": { sts: both },
  "iot.amazonaws.com": { lambda: both, sts: both },
  "kinesisanalytics.amazonaws.com": { sts: both },
  "lambda.amazonaws.com": { sts: [] },
  "logs.amazonaws.com": { sts: both },
  "pipes.amazonaws.com": { sts: both },
  "quicksight.amazonaws.com": { sts: [] },
  "redshift-serverless.amazonaws.com": { sts: [] },
  "redshift.amazonaws.com": { sts: [] },
  "s3.amazonaws.com": { kms: [], lambda: both, sns: both, sqs: both },
  "sagemaker.amazonaws.com": { sts: both },
  "scheduler.amazonaws.com": { sts: both },
  "sns.amazonaws.com": { lambda: source, sqs: source },
  "states.amazonaws.com": { sts: both },
};

describe("The condition keys that AWS documents by caller and target", () => {
  it("are these", () => {
    const keys = Object.entries(sentKeys).map(([service, targets]) => [
      service,
      Object.fromEntries(Object.entries(targets).map(([target, sent]) => [target, sent.keys])),
    ]);
    assert.deepEqual(Object.fromEntries(keys), documented);
  });

  for (const [service, targets] of Object.entries(sentKeys))
    for (const [target, { evidence }] of Object.entries(targets))
      it(`have a page for ${service} → ${target}`, () => {
        assert.match(evidence, /^https:\/\/docs\.aws\.amazon\.com\/[\w./-]+\.html(#[\w-]+)?$/);
      });

  it("are found by any action of the target, in any case", () => {
    for (const action of ["sqs:SendMessage", "SQS:sendmessage", "sqs:*"])
      assert.deepEqual(sentBy("sns.amazonaws.com", action)?.keys, source);
  });

  it("are unknown for a pair that is not listed", () => {
    for (const [service, action] of [
      ["sns.amazonaws.com", "kms:Decrypt"],
      ["ses.amazonaws.com", "sns:Publish"],
      ["constructor", "sqs:SendMessage"],
      ["sns.amazonaws.com", "constructor:x"],
    ] as const)
      assert.equal(sentBy(service, action), undefined);
  });
});

describe("serviceContext", () => {
  const of = (service: string, action: string) =>
    serviceContext({ service, action, sourceArn: "arn:aws:x:::y", sourceAccount: "123456789012" });
  const tls = { "aws:SecureTransport": "true" };

  it("has the documented keys of the pair, and TLS", () => {
    assert.deepEqual(of("events.amazonaws.com", "sqs:SendMessage"), {
      ...tls,
      "aws:SourceArn": "arn:aws:x:::y",
    });
    assert.deepEqual(of("s3.amazonaws.com", "sqs:SendMessage"), {
      ...tls,
      "aws:SourceArn": "arn:aws:x:::y",
      "aws:SourceAccount": "123456789012",
    });
    assert.deepEqual(of("cloudwatch.amazonaws.com", "sns:Publish"), {
      ...tls,
      "aws:SourceArn": "arn:aws:x:::y",
      "aws:SourceOwner": "123456789012",
    });
    assert.deepEqual(of("firehose.amazonaws.com", "sts:AssumeRole"), {
      ...tls,
      "sts:ExternalId": "123456789012",
    });
  });

  it("has no other key, also for a pair that is not listed", () => {
    assert.deepEqual(of("events.amazonaws.com", "sns:Publish"), tls);
    assert.deepEqual(of("ses.amazonaws.com", "sns:Publish"), tls);
  });
});
