import * as assert from "node:assert/strict";
import { requireMatchingSource as rule } from "../../../../policies/rules/iam/require-matching-source";
import { said, type Given } from "../../../support/policy";
import { arn, trust } from "../../given";
import { ingestRole, topicRule } from "./roles";

const trusting = (source: string, service = "iot") =>
  ingestRole(
    trust({
      Principal: { Service: `${service}.amazonaws.com` },
      Condition: { ArnLike: { "aws:SourceArn": source } },
    }),
  );

describe(rule.name, () => {
  it("accepts the source that is the role's user", async () => {
    assert.deepEqual(await said(rule, ingestRole(), topicRule), []);
  });

  it("rejects another, which locks the user out", async () => {
    assert.deepEqual(await said(rule, trusting(arn.rule("other")), topicRule), [
      `ingest-role: Trusts ${arn.rule("other")}, and is given to 'ingest-rule', which cannot assume it: name that one.`,
    ]);
  });

  it("rejects a wider one, which lets others in", async () => {
    assert.deepEqual(await said(rule, trusting(arn.rule("*")), topicRule), [
      `ingest-role: Trusts ${arn.rule("*")}, and is given to 'ingest-rule' only: name that one.`,
    ]);
  });

  it("knows pipes and state machines too", async () => {
    const pipe: Given = {
      type: "aws:pipes/pipe:Pipe",
      name: "pipe",
      inputs: { name: "p", roleArn: arn.role("ingest") },
    };
    const of = (name: string) => `arn:aws:pipes:eu-central-1:123456789012:pipe/${name}`;
    assert.deepEqual(await said(rule, trusting(of("p"), "pipes"), pipe), []);
    assert.equal((await said(rule, trusting(of("q"), "pipes"), pipe)).length, 1);
  });

  it("asks nothing of users that the service does not name as source", async () => {
    const logging: Given = {
      type: "aws:iot/loggingOptions:LoggingOptions",
      name: "logging",
      inputs: { roleArn: arn.role("ingest") },
    };
    assert.deepEqual(
      await said(rule, trusting("arn:aws:iot:eu-central-1:123456789012:*"), logging),
      [],
    );
  });
});
