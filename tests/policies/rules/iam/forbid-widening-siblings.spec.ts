import * as assert from "node:assert/strict";
import { forbidWideningSiblings as rule } from "../../../../policies/rules/iam/forbid-widening-siblings";
import { said } from "../../../support/policy";
import { arn, send } from "../../given";
import { attached, ingestRole, permissions } from "./roles";

const narrow = send({ Sid: "Narrow", Condition: { StringEquals: { "aws:PrincipalTag/a": "b" } } });
const sentence = (wide: string) =>
  `ingest-role: ${wide} allows sqs:SendMessage without the condition under which Statement Narrow of 'ingest-permissions' allows it: delete one of the statements.`;

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

  it("finds it among other actions and resources, on either side", async () => {
    const both = { Condition: { StringEquals: { "aws:PrincipalTag/a": "b" } } };
    const many = send({
      Sid: "Narrow",
      Action: ["sqs:ReceiveMessage", "sqs:SendMessage"],
      Resource: [arn.queue("other"), arn.queue("orders")],
      ...both,
    });
    const wide = send({
      Action: ["sqs:PurgeQueue", "sqs:SendMessage"],
      Resource: [arn.queue("third"), arn.queue("orders")],
    });
    assert.deepEqual(await said(rule, ingestRole(), permissions(many, wide)), [
      sentence("Statement Send of 'ingest-permissions'"),
    ]);
  });

  it("asks nothing of statements by exceptions, which another rule forbids", async () => {
    const odd = [
      send({ Action: undefined, NotAction: "sqs:X" }),
      send({ Resource: undefined, NotResource: arn.queue("x") }),
    ];
    const conditioned = odd.map((one) => ({ ...one, Condition: narrow.Condition }));
    for (const one of odd)
      assert.deepEqual(await said(rule, ingestRole(), permissions(narrow, one)), []);
    for (const one of conditioned)
      assert.deepEqual(await said(rule, ingestRole(), permissions(one, send())), []);
  });

  it("accepts a sibling that denies", async () => {
    assert.deepEqual(
      await said(rule, ingestRole(), permissions(narrow, send({ Effect: "Deny" }))),
      [],
    );
  });
});
