import * as assert from "node:assert/strict";
import { wellArchitected } from "../../policies/frameworks";
import type { ResourceRule, StackRule } from "../../policies/rule";
import { said, unknown } from "../support/policy";

const metadata = {
  name: "sqs-queue-require-name",
  displayName: "Queues have names",
  description: "Every queue has a name.",
  area: "documentation",
  severity: "low",
  framework: wellArchitected.leastPrivilege,
  remediationSteps: "Name it.",
  url: "https://docs.aws.amazon.com/x.html",
} as const;
const one = (check: ResourceRule["check"], ...types: string[]): ResourceRule => ({
  ...metadata,
  types: types.length > 0 ? types : ["aws:sqs/queue:Queue"],
  check,
});
const all = (checkStack: StackRule["checkStack"]): StackRule => ({ ...metadata, checkStack });
const queue = (inputs: Record<string, unknown>) => ({ type: "aws:sqs/queue:Queue", inputs });

describe("A rule as a policy", () => {
  it("sees resources of its types only, of one or of several", async () => {
    const saw: string[] = [];
    const look: ResourceRule["check"] = ({ type }) => saw.push(type);
    const topic = { type: "aws:sns/topic:Topic", inputs: {} };
    await said(one(look), queue({}), topic);
    await said(one(look, "aws:sns/topic:Topic", "aws:sqs/queue:Queue"), queue({}), topic);
    assert.deepEqual(saw, ["aws:sqs/queue:Queue", "aws:sqs/queue:Queue", "aws:sns/topic:Topic"]);
  });

  it("says once what is not known, and that it is advisory", async () => {
    const line =
      "advisory it: Unverified: 'name' of 'it' is not known before the update, and this rule depends on it.";
    const rule = one(({ inputs }) => void [inputs.at("name").text(), inputs.at("name").number()]);
    assert.deepEqual(await said(rule, queue({ name: unknown })), [line]);
    const stack = all(({ resources }) =>
      resources.forEach(({ inputs }) => inputs.at("name").text()),
    );
    assert.deepEqual(await said(stack, queue({ name: unknown })), [line]);
  });

  it("refuses what it fails to look at, and ends nothing by it", async () => {
    const fail = (): never => {
      throw new TypeError("x is not a function");
    };
    const sentence = "it: The rule itself failed: TypeError: x is not a function";
    assert.deepEqual(await said(one(fail), queue({})), [sentence]);
    assert.deepEqual(await said(all(fail), queue({})), [sentence]);
  });
});
