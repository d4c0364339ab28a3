import * as assert from "node:assert/strict";
import { evaluate, isUnevaluable, parseDocument, unevaluableConditions } from "../../iam";

const document = (...conditions: object[]) => ({
  Version: "2012-10-17",
  Statement: conditions.map((Condition, index) => ({
    ...(index === 1 && { Sid: "Second" }),
    Effect: "Allow",
    Action: "iot:Receive",
    Resource: "*",
    Condition,
  })),
});

describe("unevaluableConditions", () => {
  it("finds nothing in a document that can decide every request", () => {
    const Condition = {
      IpAddress: { "aws:SourceIp": "192.0.2.0/24" },
      DateLessThan: { "aws:CurrentTime": "2030-01-01T00:00:00Z" },
      "ForAllValues:StringLikeIfExists": { "iot:ConnectAttributes": "LastWill" },
      Null: { "iot:ClientId": "false" },
    };
    assert.deepEqual(unevaluableConditions(parseDocument(document({}, Condition))), []);
  });

  it("names policy, statement and operator of every condition that cannot be evaluated", () => {
    const given = document(
      { IpAdress: { "aws:SourceIp": "192.0.2.0/24" }, Bool: { "aws:SecureTransport": "true" } },
      { NotIpAddress: { "aws:SourceIp": ["10.0.0.0/8", "10.0.0.0/99"] } },
    );
    const found = unevaluableConditions(parseDocument(given, "fleet"));
    assert.deepEqual(
      found.map(({ name, policy, statement, operator, message }) => ({
        name,
        policy,
        statement,
        operator,
        message,
      })),
      [
        {
          name: "UnevaluableCondition",
          policy: "fleet",
          statement: "Statement[0]",
          operator: "IpAdress",
          message:
            "Policy fleet, statement Statement[0]: the condition operator IpAdress is not one of IAM's; correct its name.",
        },
        {
          name: "UnevaluableCondition",
          policy: "fleet",
          statement: "Second",
          operator: "NotIpAddress",
          message:
            'Policy fleet, statement Second: NotIpAddress cannot compare aws:SourceIp with "10.0.0.0/99"; write an IPv4 or IPv6 address, or a range in CIDR notation such as 203.0.113.0/24.',
        },
      ],
    );
  });

  it("recognises what evaluate throws", () => {
    const documents = [parseDocument(document({ IpAdress: { k: "x" } }))];
    assert.throws(
      () => evaluate({ documents, action: "iot:Receive", resource: "r" }),
      isUnevaluable,
    );
    assert.ok(!isUnevaluable(new Error("UnevaluableCondition")));
    assert.ok(!isUnevaluable({ name: "UnevaluableCondition" }));
  });
});
