import * as assert from "node:assert/strict";
import { requireTags as rule } from "../../../../policies/rules/aws/require-tags";
import { configured, said, unknown, type Given } from "../../../support/policy";

const asked = configured(rule, { keys: ["owner", "stage"] });
const queue = (inputs: Record<string, unknown>): Given => ({ type: "aws:sqs/queue:Queue", inputs });
const provider = (tags: Record<string, string>, name = "default"): Given => ({
  type: "pulumi:providers:aws",
  name,
  // As the engine hands over what is not plain text of a provider.
  inputs: { region: "eu-central-1", defaultTags: JSON.stringify({ tags }) },
});

describe(rule.name, () => {
  it("asks for nothing where the stack does not", async () => {
    for (const inputs of [{}, { tags: unknown }])
      assert.deepEqual(await said(rule, queue(inputs)), []);
  });

  it("accepts the tags on the resource, in tagsAll, and of the only provider", async () => {
    const [owner, stage] = [{ owner: "a" }, { stage: "dev" }];
    assert.deepEqual(await said(asked, queue({ tags: { ...owner, ...stage, more: "x" } })), []);
    assert.deepEqual(await said(asked, queue({ tags: owner, tagsAll: stage })), []);
    assert.deepEqual(await said(asked, provider(stage), queue({ tags: owner })), []);
  });

  it("rejects what lacks one, by name", async () => {
    assert.deepEqual(await said(asked, queue({ tags: { stage: "dev" } })), [
      "it: Lacks owner: set tags, or the provider's defaultTags.",
    ]);
    assert.deepEqual(await said(asked, queue({})), [
      "it: Lacks owner, stage: set tags, or the provider's defaultTags.",
    ]);
  });

  it("counts a provider's tags only where all providers have them", async () => {
    const both = [provider({ owner: "a", stage: "b" }), provider({ owner: "a" }, "other")];
    assert.deepEqual(await said(asked, ...both, queue({})), [
      "it: Lacks stage: set tags, or the provider's defaultTags.",
    ]);
  });

  it("counts no tags of a provider for a topic rule that is declared through Cloud Control", async () => {
    const declared = (Tags?: unknown): Given => ({
      type: "aws:cloudcontrol/resource:Resource",
      inputs: {
        typeName: "AWS::IoT::TopicRule",
        desiredState: JSON.stringify({ RuleName: "r", TopicRulePayload: {}, Tags }),
      },
    });
    const usual = provider({ owner: "a", stage: "b" });
    assert.deepEqual(await said(asked, usual, declared([{ Key: "owner", Value: "a" }])), [
      "it: Lacks stage: set Tags in desiredState, because Cloud Control does not add the provider's defaultTags.",
    ]);
    const both = [
      { Key: "owner", Value: "a" },
      { Key: "stage", Value: "b" },
    ];
    assert.deepEqual(await said(asked, declared(both)), []);
    assert.deepEqual(await said(asked, usual, queue({})), []);
  });

  it("leaves alone what takes no tags", async () => {
    assert.deepEqual(
      await said(asked, { type: "aws:sqs/queuePolicy:QueuePolicy", inputs: {} }),
      [],
    );
  });

  it("names tags that are not known yet", async () => {
    assert.deepEqual(await said(asked, queue({ tags: unknown })), [
      "advisory it: Unverified: 'tags' of 'it' is not known before the update, and this rule depends on it.",
    ]);
  });

  it("says that it cannot tell what is lacking while a provider's tags are not known", async () => {
    const later = { ...provider({}), inputs: { defaultTags: unknown } };
    const usual = provider({ owner: "a" }, "other");
    assert.deepEqual(await said(asked, usual, later, queue({ tags: { owner: "a" } })), [
      "advisory default: Unverified: 'defaultTags' of 'default' is not known before the update, and this rule depends on it.",
    ]);
  });
});
