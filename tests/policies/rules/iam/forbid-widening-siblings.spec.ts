import * as assert from "node:assert/strict";
import { forbidWideningSiblings as rule } from "../../../../policies/rules/iam/forbid-widening-siblings";
import { said } from "../../../support/policy";
import { arn, send } from "../../given";
import { attached, ingestRole, permissions } from "./roles";

const narrow = send({ Sid: "Narrow", Condition: { StringEquals: { "aws:PrincipalTag/a": "b" } } });
const sentence = (wide: string) =>
  `ingest-role: ${wide} allows sqs:SendMessage without the condition under which Statement Narrow of 'ingest-permissions' allows it: delete one.`;

describe(rule.name, () => {
  it("accepts a condition that nothing undoes", async () => {
    const elsewhere = send({ Resource: arn.queue("other") });
    const other = send({ Action: "sqs:GetQueueAttributes" });
    assert.deepEqual(await said(rule, ingestRole(), permissions(narrow, elsewhere, other)), []);
  });

  it("rejects a sibling without it", async () => {
    assert.deepEqual(await said(rule, ingestRole(), permissions(narrow, send())), [
      sentence("Statement Send of 'ingest-permissions'"),
    ]);
  });

  it("rejects one that is wider by a wildcard, and one in another document of the role", async () => {
    const wide = send({ Action: "SQS:*", Resource: arn.queue("*") });
    assert.deepEqual(await said(rule, ingestRole(), permissions(narrow, wide)), [
      sentence("Statement Send of 'ingest-permissions'"),
    ]);
    assert.deepEqual(await said(rule, ingestRole(), permissions(narrow), ...attached(send())), [
      sentence("Statement Send of 'more'"),
    ]);
  });

  it("accepts a sibling that denies", async () => {
    assert.deepEqual(
      await said(rule, ingestRole(), permissions(narrow, send({ Effect: "Deny" }))),
      [],
    );
  });
});
