import * as assert from "node:assert/strict";
import { requireMatchingSource as rule } from "../../../../policies/rules/iam/require-matching-source";
import { said, type Given } from "../../../support/policy";
import { arn, changed, trust } from "../../given";
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
      `ingest-role: Trusts ${arn.rule("other")}, so 'ingest-rule' cannot assume the role: restrict aws:SourceArn to its ARN.`,
    ]);
  });

  it("rejects a wider one, which lets others in", async () => {
    assert.deepEqual(await said(rule, trusting(arn.rule("*")), topicRule), [
      `ingest-role: Trusts ${arn.rule("*")}, but only 'ingest-rule' uses the role: restrict aws:SourceArn to its ARN.`,
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

  it("knows state machines by their ARNs", async () => {
    const machine: Given = {
      type: "aws:sfn/stateMachine:StateMachine",
      name: "machine",
      inputs: { name: "m", roleArn: arn.role("ingest") },
    };
    const of = (name: string) => `arn:aws:states:eu-central-1:123456789012:stateMachine:${name}`;
    assert.deepEqual(await said(rule, trusting(of("m"), "states"), machine), []);
    assert.equal((await said(rule, trusting(of("n"), "states"), machine)).length, 1);
  });

  it("takes nothing from denials, nor from conditions that need not hold", async () => {
    const other = { "aws:SourceArn": arn.rule("other") };
    const denial = trust({ Effect: "Deny", Condition: { ArnLike: other } });
    const weak = trust({ Condition: { ArnLikeIfExists: other, ArnNotLike: other } });
    assert.deepEqual(await said(rule, ingestRole(denial, weak), topicRule), []);
  });

  it("asks nothing of a function, nor of a rule that Pulumi names", async () => {
    const worker: Given = {
      type: "aws:lambda/function:Function",
      name: "worker",
      inputs: { name: "worker", role: arn.role("ingest") },
    };
    assert.deepEqual(await said(rule, trusting(arn.rule("other")), worker), []);
    const unnamed = changed(topicRule, { name: undefined });
    assert.deepEqual(await said(rule, trusting(arn.rule("other")), unnamed), []);
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
