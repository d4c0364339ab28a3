import * as assert from "node:assert/strict";
import type { Statement } from "../../../iam";
import { deniesPlainText } from "../../../policies/iam/tls";
import { arn } from "../given";

const plain = { Bool: { "aws:SecureTransport": ["false"] } };
const denial = (changes: Partial<Statement> = {}): Statement => ({
  effect: "Deny",
  principals: "*",
  actions: ["sqs:*"],
  resources: [arn.queue("orders")],
  conditions: plain,
  ...changes,
});
const denies = (changes: Partial<Statement>, action = "sqs:SendMessage"): boolean =>
  deniesPlainText([denial({ effect: "Allow" }), denial(changes)], action);

describe("A denial of plain text", () => {
  for (const [what, changes] of Object.entries<Partial<Statement>>({
    "every action on a resource": {},
    "one action": { actions: ["sqs:SendMessage"] },
    "every principal by AWS": { principals: { AWS: ["123456789012", "*"] } },
    "a resource among others": { resources: [arn.topic("orders"), "*"] },
    "the key in other letters": { conditions: { Bool: { "AWS:securetransport": ["false"] } } },
  }))
    it(`covers ${what}`, () => assert.equal(denies(changes), true));

  for (const [what, changes] of Object.entries<Partial<Statement>>({
    "a statement that allows": { effect: "Allow" },
    "one that denies some principals": { principals: { AWS: ["123456789012"] } },
    "one without principals": { principals: undefined },
    "one of another action": { actions: ["sqs:ReceiveMessage"] },
    "one of all actions but some": { actions: undefined, notActions: ["sqs:ReceiveMessage"] },
    "one on other resources": { resources: [arn.topic("orders")] },
    "one on all resources but some": { resources: undefined, notResources: [arn.queue("x")] },
    "one without a condition": { conditions: {} },
    "one that denies TLS": { conditions: { Bool: { "aws:SecureTransport": ["true"] } } },
    "one with a second value": { conditions: { Bool: { "aws:SecureTransport": ["false", "x"] } } },
    "one with a second key": {
      conditions: { Bool: { ...plain.Bool, "aws:ViaAWSService": ["true"] } },
    },
    "one with a second operator": { conditions: { ...plain, Null: { "aws:SourceIp": ["true"] } } },
    "one of another operator": { conditions: { StringEquals: plain.Bool } },
  }))
    it(`is not ${what}`, () => assert.equal(denies(changes), false));

  it("covers no action that AWS does not have", () => {
    assert.equal(denies({}, "sqs:SendNothing"), false);
  });

  it("is none without statements", () => {
    assert.equal(deniesPlainText([], "sqs:SendMessage"), false);
  });
});
