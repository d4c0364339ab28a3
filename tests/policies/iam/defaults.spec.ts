import * as assert from "node:assert/strict";
import { defaultStatements } from "../../../policies/iam/defaults";
import type { Given } from "../../support/policy";
import { stackIn } from "../stack/stack-in";

const where = { partition: "aws-cn", region: "cn-north-1", account: "123456789012" };

describe("The statements that apply without a resource policy", () => {
  const statementsOf = async (type: string): Promise<string[]> => {
    const given: Given = { type, name: "one", inputs: {} };
    const [one] = (await stackIn(given)).resources;
    assert.ok(one);
    return defaultStatements(one, where).map(
      ({ effect, actions = [], resources = [] }) =>
        `${effect} ${actions.length > 1 ? "several" : actions.join()} on ${resources.join()}`,
    );
  };

  it("of a topic, cover every topic of the account in its partition", async () => {
    assert.deepEqual(await statementsOf("aws:sns/topic:Topic"), [
      "Allow several on arn:aws-cn:sns:*:123456789012:*",
    ]);
  });

  it("of a key, cover the key", async () => {
    assert.deepEqual(await statementsOf("aws:kms/key:Key"), ["Allow kms:* on *"]);
  });

  it("of any other resource, are none", async () => {
    assert.deepEqual(await statementsOf("aws:sqs/queue:Queue"), []);
  });
});
