import * as assert from "node:assert/strict";
import { requirePinnedImages as rule } from "../../../../policies/rules/ecs/require-pinned-images";
import { said } from "../../../support/policy";

const task = (...containers: object[]) => ({
  type: "aws:ecs/taskDefinition:TaskDefinition",
  inputs: { family: "consumer", containerDefinitions: JSON.stringify(containers) },
});

describe(rule.name, () => {
  const registry = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
  const running = (image: string) => task({ name: "consumer", image });
  const repository = (imageTagMutability?: string) => ({
    type: "aws:ecr/repository:Repository",
    name: "repository",
    inputs: { name: "consumer", ...(imageTagMutability && { imageTagMutability }) },
  });

  it("accepts digests, and tags of a repository that does not move them", async () => {
    const digest = `registry.example.com/consumer@sha256:${"a".repeat(64)}`;
    assert.deepEqual(await said(rule, running(digest)), []);
    assert.deepEqual(
      await said(rule, running(`${registry}/consumer:1.4`), repository("IMMUTABLE")),
      [],
    );
  });

  it("rejects tags that may move", async () => {
    const rejected: [image: string, repository: ReturnType<typeof repository>][] = [
      ["consumer", repository("IMMUTABLE")],
      ["registry.example.com/consumer:1.4", repository("IMMUTABLE")],
      [`${registry}/consumer:1.4`, repository()],
      [`${registry}/consumer:1.4`, repository("MUTABLE")],
      [`${registry}/other:1.4`, repository("IMMUTABLE")],
      [`${registry}/consumer:latest`, repository("IMMUTABLE")],
    ];
    for (const [image, beside] of rejected)
      assert.deepEqual(await said(rule, running(image), beside), [
        `it: Container consumer runs ${image}, which may name another image tomorrow: name it by its digest.`,
      ]);
  });
});
