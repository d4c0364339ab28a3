import { SQSClient, type SQSServiceException } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { createClients, type Clients } from "../../../../local/aws/clients";
import { sendMessage } from "../../../../local/services/delivery/queue-batches";
import { depthOf } from "../../../../local/services/sqs/queue-depth";
import { sharedAccount } from "../../../support/account";
import { noting } from "../provisioning";
import { createWorld, type World } from "../world";

describe("Messages to a queue of the emulator", () => {
  let world: World;
  let clients: Clients;
  const sent: Record<string, unknown>[] = [];
  before(async () => {
    world = await createWorld();
    clients = createClients(await sharedAccount(), [noting(sent)]);
  });
  beforeEach(() => void (sent.length = 0));
  after(async () => {
    clients.destroy();
    await world.end();
  });

  const send = (url: string, bodies: string[]): Promise<PromiseSettledResult<void>[]> =>
    Promise.allSettled(
      bodies.map((MessageBody) => sendMessage(clients.get(SQSClient), url, { MessageBody })),
    );
  const calls = (): string[] =>
    sent.map((input) => ("Entries" in input ? "SendMessageBatch" : "SendMessage"));
  const outcomes = (settled: PromiseSettledResult<void>[]): string[] =>
    settled.map((one) => (one.status === "fulfilled" ? "sent" : (one.reason as Error).name));

  it("share calls of ten if they come together", async () => {
    const { url } = await world.queue();
    const bodies = Array.from({ length: 12 }, (_, index) => String(index));
    assert.deepEqual(new Set(outcomes(await send(url, bodies))), new Set(["sent"]));
    assert.deepEqual(calls(), ["SendMessageBatch", "SendMessageBatch"]);
    assert.equal(await depthOf(world.clients, url), 12);
  });

  it("have a call of their own if they come alone, and each queue has its own calls", async () => {
    const [one, other] = [await world.queue(), await world.queue()];
    await Promise.all([send(one.url, ["1"]), send(other.url, ["2"])]);
    assert.deepEqual(calls(), ["SendMessage", "SendMessage"]);
    assert.deepEqual(await world.bodies(one.url), ["1"]);
    assert.deepEqual(await world.bodies(other.url), ["2"]);
  });

  it("are refused one by one by the queue", async () => {
    const { url } = await world.queue(undefined, { MaximumMessageSize: "1024" });
    const [long, control] = ["2".repeat(1025), "\u0001"];
    const settled = await send(url, ["1", long, "3", control]);
    assert.deepEqual(outcomes(settled), [
      "sent",
      "InvalidParameterValue",
      "sent",
      "InvalidMessageContents",
    ]);
    const [alone] = await send(url, [long]);
    for (const one of [settled[1], alone]) {
      assert.ok(one?.status === "rejected");
      const { message, $metadata } = one.reason as SQSServiceException;
      assert.match(message, /1024 bytes/);
      assert.equal($metadata.httpStatusCode, 400);
      assert.match($metadata.requestId ?? "", /./);
    }
    assert.deepEqual(calls(), ["SendMessageBatch", "SendMessage"]);
    assert.deepEqual((await world.bodies(url)).sort(), ["1", "3"]);
  });

  it("are sent one by one if one of them fails their call", async () => {
    const { url } = await world.queue();
    const settled = await send(url, ["1", "half a character: \ud800", "3"]);
    assert.deepEqual(outcomes(settled), ["sent", "InvalidMessageContents", "sent"]);
    assert.deepEqual(calls(), ["SendMessageBatch", "SendMessage", "SendMessage", "SendMessage"]);
    assert.deepEqual((await world.bodies(url)).sort(), ["1", "3"]);
  });

  it("are all refused by a queue that does not exist", async () => {
    const { url } = await world.queue();
    const settled = await send(`${url}-gone`, ["1", "2"]);
    assert.deepEqual(outcomes(settled), ["QueueDoesNotExist", "QueueDoesNotExist"]);
  });
});
