import * as assert from "node:assert/strict";
import { forbidRedriveCycles as rule } from "../../../../policies/rules/sqs/forbid-redrive-cycles";
import { said, type Given } from "../../../support/policy";
import { arn, redrive } from "../../given";

const queue = (name: string, to?: string): Given => ({
  type: "aws:sqs/queue:Queue",
  name,
  inputs: {
    name,
    ...(to && { redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn.queue(to) }) }),
  },
});
const cycle = (name: string, ...way: string[]) =>
  `${name}: Redrives to itself through ${way.map((one) => `'${one}'`).join(", ")}: remove the redrive policy from one of these queues.`;

describe(rule.name, () => {
  it("accepts a way that ends, however long", async () => {
    assert.deepEqual(await said(rule, queue("a", "b"), queue("b", "c"), queue("c")), []);
  });

  it("rejects a queue that redrives to itself", async () => {
    assert.deepEqual(await said(rule, queue("a", "a")), [cycle("a", "a")]);
  });

  it("rejects a way that comes back, for each queue on it", async () => {
    const given = [queue("a", "b"), queue("b", "c"), queue("c", "a")];
    assert.deepEqual(await said(rule, ...given), [
      cycle("a", "b", "c", "a"),
      cycle("b", "c", "a", "b"),
      cycle("c", "a", "b", "c"),
    ]);
  });

  it("follows a redrive policy in a resource of its own", async () => {
    assert.deepEqual(await said(rule, queue("a", "b"), queue("b"), redrive("b", "a")), [
      cycle("a", "b", "a"),
      cycle("b", "a", "b"),
    ]);
  });

  it("does not follow what is set aside in another way, nor what leads out of the stack", async () => {
    const aside: Given = {
      type: "aws:lambda/function:Function",
      name: "f",
      inputs: { name: "f", deadLetterConfig: { targetArn: arn.function("f") } },
    };
    assert.deepEqual(await said(rule, aside, queue("a", "elsewhere")), []);
  });

  it("says nothing of a queue that only leads to one", async () => {
    assert.deepEqual(await said(rule, queue("a", "b"), queue("b", "b")), [cycle("b", "b")]);
  });
});
