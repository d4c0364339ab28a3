import * as assert from "node:assert/strict";
import { trustOf } from "../../../policies/iam/trust";

const both = ["aws:SourceAccount", "aws:SourceArn"];

describe("The condition keys that a service sends when it assumes a role", () => {
  for (const [service, keys] of Object.entries({
    "apigateway.amazonaws.com": [],
    "ecs-tasks.amazonaws.com": both,
    "edgelambda.amazonaws.com": [],
    "events.amazonaws.com": both,
    "firehose.amazonaws.com": [],
    "grafana.amazonaws.com": both,
    "iot.amazonaws.com": both,
    "kinesisanalytics.amazonaws.com": both,
    "lambda.amazonaws.com": [],
    "logs.amazonaws.com": both,
    "pipes.amazonaws.com": both,
    "quicksight.amazonaws.com": [],
    "redshift-serverless.amazonaws.com": [],
    "redshift.amazonaws.com": [],
    "sagemaker.amazonaws.com": both,
    "scheduler.amazonaws.com": both,
    "states.amazonaws.com": both,
  }))
    it(`are ${keys.join(" and ") || "neither key"} for ${service}, with a documentation page`, () => {
      assert.deepEqual(trustOf[service]?.keys, keys);
      assert.match(
        trustOf[service]?.evidence ?? "",
        /^https:\/\/docs\.aws\.amazon\.com\/[\w./-]+\.html$/,
      );
    });
});
