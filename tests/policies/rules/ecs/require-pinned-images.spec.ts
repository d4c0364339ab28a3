import * as assert from "node:assert/strict";
import { requirePinnedImages as rule } from "../../../../policies/rules/ecs/require-pinned-images";
import { said } from "../../../support/policy";

const task = (...containers: object[]) => ({
  type: "aws:ecs/taskDefinition:TaskDefinition",
  inputs: { family: "consumer", containerDefinitions: JSON.stringify(containers) },
});

describe(rule.name, () => {
  const registry = "123456789012.dkr.ecr.eu-central-1.amazonaws.com";
  const running = (image: string, more: object = {}) => task({ name: "consumer", image, ...more });
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

  it("accepts tags of a repository of the stack that Amazon ECS resolves once per deployment", async () => {
    const consistent = (image: string, versionConsistency: string) =>
      said(rule, running(image, { versionConsistency }), repository("MUTABLE"));
    assert.deepEqual(await consistent(`${registry}/consumer:1.4`, "enabled"), []);
    for (const [image, how] of [
      ["consumer:latest", "enabled"],
      ["other:1.4", "enabled"],
      ["consumer:1.4", "disabled"],
    ] as const)
      assert.equal((await consistent(`${registry}/${image}`, how)).length, 1, `${image} ${how}`);
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

  it("takes a repository without a name for that of no image", async () => {
    const nameless = { ...repository(), inputs: { imageTagMutability: "IMMUTABLE" } };
    for (const image of ["consumer", "consumer:1.4", `${registry}/consumer:1.4`])
      assert.deepEqual(await said(rule, running(image), nameless), [
        `it: Container consumer runs ${image}, which may name another image tomorrow: name it by its digest.`,
      ]);
  });

  it("looks for the repository among all of the stack", async () => {
    const other = { ...repository("MUTABLE"), name: "other", inputs: { name: "other" } };
    const image = `${registry}/consumer:1.4`;
    assert.deepEqual(await said(rule, running(image), other, repository("IMMUTABLE")), []);
    assert.deepEqual(await said(rule, running(image), repository("IMMUTABLE"), other), []);
  });

  it("reads whole images: what stands before a registry, or after a digest or a tag, makes another", async () => {
    for (const image of [
      `registry.example.com/${registry}/consumer:1.4`,
      `${registry}/consumer:1.4/other`,
      `registry.example.com/consumer@sha256:${"a".repeat(64)}0`,
    ])
      assert.deepEqual(await said(rule, running(image), repository("IMMUTABLE")), [
        `it: Container consumer runs ${image}, which may name another image tomorrow: name it by its digest.`,
      ]);
  });

  it("says nothing of a container without an image", async () => {
    assert.deepEqual(await said(rule, task({ name: "consumer" })), []);
  });
});
