import * as assert from "node:assert/strict";
import { forbidMisplacedArnParts as rule } from "../../../../policies/rules/aws/forbid-misplaced-arn-parts";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, document, send } from "../../given";

const holding = (inputs: Record<string, unknown>): Given => ({ type: "aws:x/y:Y", inputs });
const swapped = "arn:aws:sqs:123456789012:eu-central-1:orders";
const fault = (given: string) => [
  `it: Names ${given}, which has its region and account transposed: swap them.`,
];

describe(rule.name, () => {
  it("accepts ARNs as AWS writes them, with or without region and account", async () => {
    const arns = [
      arn.queue("q"),
      arn.bucket("eu-central-1"),
      arn.role("r"),
      "arn:aws:sqs:*:*:q",
      "arn:aws:iot:eu-central-1:123456789012:topic/${iot:ClientId}",
      "arn:aws:iam::aws:policy/P",
    ];
    assert.deepEqual(await said(rule, holding({ arns, text: "no ARN", unknown })), []);
    assert.deepEqual(await said(rule, holding({ policy: document(send({ Resource: arns })) })), []);
  });

  it("rejects an account in place of the region, wherever the ARN stands", async () => {
    for (const inputs of [
      { queueArn: swapped },
      { list: [{ deep: { queueArn: swapped } }] },
      { policy: document(send({ Resource: [arn.queue("q"), swapped] })) },
    ])
      assert.deepEqual(await said(rule, holding(inputs)), fault(swapped));
  });

  it("rejects a region in place of the account, also where there is no region", async () => {
    for (const given of [
      "arn:aws:sqs:eu-central-1:eu-central-1:orders",
      "arn:aws-us-gov:sqs::us-gov-west-1:orders",
      "arn:aws:sqs:123456789012::orders",
    ])
      assert.deepEqual(await said(rule, holding({ queueArn: given })), fault(given));
  });

  it("names each ARN of one text", async () => {
    const other = swapped.replace("orders", "failures");
    const policy = document(send({ Resource: [swapped, other] }));
    assert.deepEqual(await said(rule, holding({ policy })), [...fault(swapped), ...fault(other)]);
  });

  it("names one ARN of a resource once", async () => {
    assert.deepEqual(await said(rule, holding({ a: swapped, b: swapped })), fault(swapped));
  });
});
