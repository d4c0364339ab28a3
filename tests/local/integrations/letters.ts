import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { eventually, one } from "./eventually";
import { held } from "./queues";
import type { World } from "./world";

/** A message of a failures queue, with its attributes. */
export interface Letter {
  body: Record<string, unknown>;
  attributes: Record<string, string | undefined>;
}

/** The messages in an integration's failures queue that name the device. */
export async function lettersOf(
  world: World,
  integration: string,
  device: string,
): Promise<Letter[]> {
  const QueueUrl = world.outputs.of[integration]?.failuresUrl;
  const sqs = world.platform.clients.get(SQSClient);
  // The messages stay visible to the next reader.
  const { Messages = [] } = await sqs.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages: 10,
      VisibilityTimeout: 0,
      MessageAttributeNames: ["All"],
    }),
  );
  return Messages.filter(({ Body = "" }) => Body.includes(device)).map(
    ({ Body = "", MessageAttributes = {} }) => ({
      body: JSON.parse(Body) as Record<string, unknown>,
      attributes: Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { StringValue }]) => [name, StringValue]),
      ),
    }),
  );
}

/** The one message of a failures queue that names the device, once it is there. */
export const letter = (world: World, integration: string, device: string): Promise<Letter> =>
  eventually(`a message that names ${device} in the failures queue of ${integration}`, async () =>
    one(await lettersOf(world, integration, device)),
  );

/** Whether an integration's failures queue has nothing at all. */
export const isEmpty = async (world: World, integration: string): Promise<boolean> =>
  (await held(world, world.outputs.of[integration]?.failuresUrl)).length === 0;
