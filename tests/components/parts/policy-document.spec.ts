import * as pulumi from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import { allow, denyPlainText, policyDocument } from "../../../components/parts/policy-document";
import { deploy } from "../../support/deploy";

const arn = (text: string) => pulumi.output(`arn:${text}`);

/** The document that a program makes of statements, parsed. */
async function documentOf(make: () => Parameters<typeof policyDocument>[0], preview = false) {
  const { outputs } = await deploy(() => ({ json: policyDocument(make()) }), { preview });
  return JSON.parse(String(outputs.json)) as { Version: string; Statement: { Sid: string }[] };
}

describe("policyDocument", () => {
  it("contains statements in IAM's format, with ARNs, at the first preview", async () => {
    const condition = { StringEquals: { "kms:ResourceAliases": arn("alias") } };
    assert.deepEqual(
      await documentOf(
        () => [
          allow("Send", "sqs:SendMessage", arn("queue")),
          allow("Encrypt", ["kms:Decrypt", "kms:GenerateDataKey"], [arn("a"), arn("b")], condition),
        ],
        true,
      ),
      {
        Version: "2012-10-17",
        Statement: [
          { Sid: "Send", Effect: "Allow", Action: "sqs:SendMessage", Resource: "arn:queue" },
          {
            Sid: "Encrypt",
            Effect: "Allow",
            Action: ["kms:Decrypt", "kms:GenerateDataKey"],
            Resource: ["arn:a", "arn:b"],
            Condition: { StringEquals: { "kms:ResourceAliases": "arn:alias" } },
          },
        ],
      },
    );
  });

  it("has no condition where none was given", async () => {
    const { Statement } = await documentOf(() => [allow("Send", "sqs:SendMessage", arn("q"))]);
    assert.ok(!("Condition" in (Statement[0] ?? {})));
  });

  it("gives every statement an id of its own", async () => {
    const { Statement } = await documentOf(() =>
      ["Send", "Read", "Send", "Send"].map((sid) => allow(sid, "sqs:SendMessage", arn(sid))),
    );
    assert.deepEqual(
      Statement.map(({ Sid }) => Sid),
      ["Send", "Read", "Send2", "Send3"],
    );
  });
});

describe("denyPlainText", () => {
  it("denies requests without TLS, and nothing else", async () => {
    const { Statement } = await documentOf(() => [denyPlainText("sqs:*", arn("queue"))]);
    assert.deepEqual(Statement, [
      {
        Sid: "DenyPlainText",
        Effect: "Deny",
        Principal: "*",
        Action: "sqs:*",
        Resource: "arn:queue",
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      },
    ]);
  });
});
