import * as assert from "node:assert/strict";
import { closedNetwork } from "../../../components/parts/closed-network";
import { evaluate, type RecordedResource } from "../../../local/program";
import { answer } from "../../support/deploy";

const zonesOf = async (names: string[], excluded?: string[]): Promise<RecordedResource[]> => {
  const { resources } = await evaluate(
    () => closedNetwork("closed", excluded, {}),
    {
      invoke: async (token, args) =>
        token.endsWith(":getAvailabilityZones")
          ? { names: names.filter((zone) => !asked(args).includes(`euc1-az${zone}`)) }
          : answer(token, args),
      create: async ({ name, plain }) => ({ id: name, state: plain }),
    },
    { project: "iot-integrations", stack: "test" },
  );
  return resources.filter(({ type }) => type === "aws:ec2/subnet:Subnet");
};

/** Zone a has the id euc1-aza here. */
const asked = ({ excludeZoneIds = [] }: Record<string, unknown>): string[] =>
  excludeZoneIds as string[];

describe("The subnets of an isolated network", () => {
  for (const [zones, wanted] of [
    [
      ["a", "b", "c", "d"],
      ["a", "b", "c"],
    ],
    [
      ["b", "c"],
      ["b", "c", "b"],
    ],
  ] as const)
    it(`are in zones ${wanted.join(", ")} of a Region with ${zones.join(", ")}`, async () => {
      const subnets = await zonesOf([...zones]);
      assert.deepEqual(
        subnets.map(({ plain }) => plain.availabilityZone),
        wanted,
      );
    });

  it("are in no excluded zone", async () => {
    const subnets = await zonesOf(["a", "b", "c", "d"], ["euc1-aza"]);
    assert.deepEqual(
      subnets.map(({ plain }) => plain.availabilityZone),
      ["b", "c", "d"],
    );
  });

  it("stay in their zones if the Region's list of zones changes", async () => {
    for (const { ignoreChanges } of await zonesOf(["a", "b", "c"]))
      assert.deepEqual(ignoreChanges, ["availabilityZone"]);
  });
});
