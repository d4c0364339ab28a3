import * as assert from "node:assert/strict";
import { createWorld, nextName, type World } from "./provisioning";

describe("provision", () => {
  let world: World;
  before(async () => {
    world = await createWorld();
  });
  after(() => world.end());

  for (const [type, file] of [
    ["sqs/fifo:Fifo", "sqs"],
    ["quicksight/dashboard:Dashboard", "quicksight"],
    ["nonsense", "<service>"],
  ])
    it(`refuses the type ${type}, and says where a provisioner belongs`, () =>
      assert.rejects(world.create(type ?? "", {}, "thing"), {
        message: `The local run cannot create thing of type aws:${type}: add a provisioner in local/services/${file}.`,
      }));

  it("reports which resource could not be created and why, and keeps the cause", async () => {
    await assert.rejects(
      world.create("sqs/queue:Queue", { name: "no queue" }, "work"),
      ({ message, cause }: Error) => {
        assert.match(
          message,
          /^aws:sqs\/queue:Queue work could not be created \(ValidationException\): SQS CreateQueue: QueueName is "no queue", /,
        );
        assert.equal((cause as Error).name, "ValidationException");
        return true;
      },
    );
  });

  it("fails when the emulator refuses a resource", async () => {
    const name = nextName("role");
    const inputs = { name, assumeRolePolicy: '{"Version":"2012-10-17","Statement":[]}' };
    await world.create("iam/role:Role", inputs);
    await assert.rejects(world.create("iam/role:Role", inputs, "twice"), {
      message: /^aws:iam\/role:Role twice could not be created \(EntityAlreadyExists/,
    });
  });
});
