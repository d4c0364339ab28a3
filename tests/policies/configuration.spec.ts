import * as assert from "node:assert/strict";
import { policies } from "../../policies/policies";
import { unknownIn } from "../../policies/configuration";
import { allRules } from "../../policies/catalogue";
import { requireLogRetention } from "../../policies/rules/cloudwatch/require-log-retention";
import { requireExactWaivers } from "../../policies/rules/pack/require-exact-waivers";
import { requireLongRetention } from "../../policies/rules/sqs/require-long-retention";
import { requireEncryption } from "../../policies/rules/sqs/require-encryption";
import { configured, findings, recorded, said } from "../support/policy";

const rules = allRules();

describe("The configuration of a stack", () => {
  it("is rejected if it names an unknown rule", () => {
    assert.equal(
      unknownIn({ "sqs-queue-require-redrives": {} }, rules),
      "There is no rule sqs-queue-require-redrives: docs/policies.md lists the rules by name.",
    );
  });

  it("is rejected if it names an unknown parameter", () => {
    assert.equal(
      unknownIn({ [requireLogRetention.name]: { days: 7 } }, rules),
      "Rule cloudwatch-log-group-require-log-retention has no parameter days: it has shortestDays, longestDays.",
    );
    assert.equal(
      unknownIn({ [requireEncryption.name]: { key: "a" } }, rules),
      "Rule sqs-queue-require-encryption has no parameter key: it has none.",
    );
  });

  it("is accepted if all rules and parameters exist", () => {
    const set = {
      all: {},
      [requireLogRetention.name]: { longestDays: 30 },
      [requireEncryption.name]: {},
    };
    assert.equal(unknownIn(set, rules), undefined);
  });

  it("has a type, a default within its range and a description for each parameter, which the engine receives", () => {
    const parameters = rules.flatMap((rule) => Object.entries(rule.parameters ?? {}));
    assert.equal(parameters.length, 11);
    for (const [name, { type, description, minimum, maximum, default: usual }] of parameters) {
      assert.match(description, /^[A-Z].{15,120}\.$/, name);
      if (type === "array") assert.deepEqual(usual, []);
      else {
        assert.equal(type, "integer", name);
        assert.ok(Number(minimum) <= Number(usual) && Number(usual) <= Number(maximum), name);
      }
    }
    const tags = policies.find(({ name }) => name === "aws-resource-require-tags");
    assert.deepEqual(Object.keys(tags?.configSchema?.properties ?? {}), ["keys"]);
  });

  it("sets the longest retention of logs", async () => {
    const rule = configured(requireLogRetention, { shortestDays: 7, longestDays: 30 });
    const group = (retentionInDays: number) => ({
      type: "aws:cloudwatch/logGroup:LogGroup",
      inputs: { retentionInDays },
    });
    for (const days of [7, 30]) assert.deepEqual(await said(rule, group(days)), []);
    for (const days of [6, 31])
      assert.deepEqual(await said(rule, group(days)), [
        `it: Retains logs for ${days} days: set retentionInDays to a value from 7 to 30.`,
      ]);
  });

  it("sets the shortest retention of dead-letter queues", async () => {
    const rule = configured(requireLongRetention, { shortestDays: 2 });
    const queue = (messageRetentionSeconds: number) => ({
      type: "aws:sqs/queue:Queue",
      inputs: { name: "q", messageRetentionSeconds, tags: { purpose: "quarantine" } },
    });
    assert.deepEqual(await said(rule, queue(172_800)), []);
    assert.deepEqual(await said(rule, queue(172_799)), [
      "it: Retains failed messages for only 172799 s: set messageRetentionSeconds to 172800.",
    ]);
  });

  it("sets the latest expiry date of a waiver, and the findings with which waivers are compared", async () => {
    const group = { type: "aws:cloudwatch/logGroup:LogGroup", inputs: { retentionInDays: 31 } };
    const waiver = {
      policy: requireLogRetention.name,
      resource: "aws:cloudwatch:LogGroup: it",
      finding: "Retains logs for 31 days: set retentionInDays to a value from 1 to 30.",
      reason: "An audit asks for a month and a day.",
      evidence: "https://example.com/audit",
      expires: "2026-12-25",
    };
    const ledger = { waivers: [waiver], today: "2026-11-24", settings: new Map() };
    const rule = configured(requireLogRetention, { longestDays: 30 });
    const lines = async (longestDays: number) => {
      const looksAfter = configured(requireExactWaivers([rule], ledger), { longestDays });
      const found = await findings([rule, looksAfter], recorded([group]), ledger);
      return found.filter(({ level }) => level === "mandatory").map(({ message }) => message);
    };
    assert.deepEqual(await lines(31), []);
    const [line = "", ...more] = await lines(30);
    assert.match(line, /expires after 2026-12-24, 30 days ahead: correct or delete the waiver\.$/);
    assert.deepEqual(more, []);
  });
});
