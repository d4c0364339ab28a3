import * as assert from "node:assert/strict";
import { containersOf, isAsked } from "../../../policies/stack/containers";
import type { Resource } from "../../../policies/stack/resource";
import { unknown } from "../../support/policy";
import { stackIn } from "./stack-in";

const only = async (type: string, inputs: Record<string, unknown>): Promise<Resource> => {
  const [resource] = (await stackIn({ type, inputs })).resources;
  assert.ok(resource);
  return resource;
};

describe("A service of containers", () => {
  for (const [inputs, isOne] of [
    [{ cluster: "c" }, true],
    [{ name: "n" }, true],
    [{ cluster: unknown }, true],
    [{ desiredCount: 1 }, false],
    [{}, false],
  ] as [Record<string, unknown>, boolean][])
    it(`is ${isOne ? "" : "not "}asked for with ${JSON.stringify(Object.keys(inputs))}`, async () =>
      assert.equal(isAsked(await only("awsx:ecs:FargateService", inputs)), isOne));
});

describe("The containers of a task definition", () => {
  it("have their names, or a question mark", async () => {
    const definitions = [{ name: "app", image: "a" }, { image: "b" }];
    for (const containerDefinitions of [definitions, JSON.stringify(definitions)])
      assert.deepEqual(
        containersOf(
          await only("aws:ecs/taskDefinition:TaskDefinition", { containerDefinitions }),
        ).map(({ name, container }) => [name, container.at("image").text()]),
        [
          ["app", "a"],
          ["?", "b"],
        ],
      );
  });
});
