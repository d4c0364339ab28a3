import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { declaredResource } from "../../../components/parts/cloud-control";
import { deploy, document } from "../../support/deploy";

const state = { RuleName: "points", TopicRulePayload: { Sql: "SELECT 1" } };
const type = "aws:cloudcontrol/resource:Resource";

describe("a resource through Cloud Control", () => {
  const declared = async (config?: Record<string, string>) => {
    const made = await deploy(
      () => declaredResource("points", { typeName: "AWS::IoT::TopicRule", state }, {}),
      { config },
    );
    const { typeName, desiredState } = made.only(type, "points");
    return { typeName, state: document(desiredState) };
  };

  it("has the default tags of the stack, which the provider does not add", async () => {
    const defaultTags = JSON.stringify({ tags: { owner: "plant", stage: "dev" } });
    assert.deepEqual(await declared({ "aws:defaultTags": defaultTags }), {
      typeName: "AWS::IoT::TopicRule",
      state: {
        ...state,
        Tags: [
          { Key: "owner", Value: "plant" },
          { Key: "stage", Value: "dev" },
        ],
      },
    });
  });

  it("has no tags without default tags", async () => {
    assert.deepEqual((await declared()).state, state);
    assert.deepEqual((await declared({ "aws:defaultTags": "{}" })).state, state);
  });

  it("is created by this part alone", () => {
    const components = path.join(__dirname, "../../../components");
    const files = fs
      .readdirSync(components, { recursive: true, encoding: "utf8" })
      .filter((file) => file.endsWith(".ts"))
      .filter((file) =>
        /\bcloudcontrol\.Resource\(/.test(fs.readFileSync(path.join(components, file), "utf8")),
      );
    assert.deepEqual(files, [path.join("parts", "cloud-control.ts")]);
  });
});
