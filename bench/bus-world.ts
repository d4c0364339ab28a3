import {
  CreateEventBusCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
} from "@aws-sdk/client-eventbridge";
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import type { Clients } from "../local/aws/clients";
import type { Platform } from "../local/platform";
import { startEventBuses } from "../local/services/eventbridge/event-buses";
import { openPlatform } from "./platform";

/** What delivers the events of a bus to the queue of its rule: the local run or the emulator. */
type Deliverer = "ours" | "emulator";

/** Two buses on an emulator, each with a rule and a queue: the local run delivers the events of one, the emulator those of the other. */
export interface BusWorld {
  /** Puts up to ten events in one call. */
  put: (bus: Deliverer, details: readonly object[]) => Promise<void>;
  /** Empties both queues; returns the number of messages of each. */
  empty: () => Promise<Record<Deliverer, number>>;
  /** Resolves when the local run has delivered every event or moved it to a dead-letter queue. */
  idle: () => Promise<void>;
  stop: () => Promise<void>;
}

const source = "bench";

export const openBusWorld = (): Promise<BusWorld> => openPlatform(furnish);

async function furnish(platform: Platform): Promise<BusWorld> {
  const { clients, trace } = platform;
  const [events, sqs] = [clients.get(EventBridgeClient), clients.get(SQSClient)];
  const { accountId } = clients.account;
  const queues = {
    ours: await makeQueue(clients, "bench-ours"),
    emulator: await makeQueue(clients, "bench-emulator"),
  };
  for (const bus of Object.keys(queues))
    await events.send(new CreateEventBusCommand({ Name: bus }));

  const eventPattern = JSON.stringify({ source: [source] });
  const buses = startEventBuses({ clients, trace });
  await buses.addRule({ name: "readings", eventBusName: "ours", eventPattern });
  const target = { rule: "readings", eventBusName: "ours", targetId: "queue" };
  buses.addTarget({ ...target, arn: queues.ours.arn });

  const EventBusName = "emulator";
  await events.send(
    new PutRuleCommand({ EventBusName, Name: "readings", EventPattern: eventPattern }),
  );
  const Targets = [{ Id: "queue", Arn: queues.emulator.arn }];
  await events.send(new PutTargetsCommand({ EventBusName, Rule: "readings", Targets }));

  async function makeQueue({ account }: Clients, name: string) {
    const arn = `arn:aws:sqs:${account.region}:${accountId}:${name}`;
    const bus = name.replace("bench-", "");
    const { QueueUrl: url } = await sqs.send(
      new CreateQueueCommand({
        QueueName: name,
        Attributes: {
          Policy: JSON.stringify({
            Version: "2012-10-17",
            Statement: {
              Effect: "Allow",
              Principal: { Service: "events.amazonaws.com" },
              Action: "sqs:SendMessage",
              Resource: arn,
              Condition: {
                ArnEquals: {
                  "aws:SourceArn": `arn:aws:events:${account.region}:${accountId}:rule/${bus}/readings`,
                },
              },
            },
          }),
        },
      }),
    );
    return { arn, url };
  }

  async function depthOf({ url: QueueUrl }: { url?: string }): Promise<number> {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["ApproximateNumberOfMessages"] }),
    );
    return Number(Attributes?.ApproximateNumberOfMessages);
  }

  return {
    async put(bus, details) {
      const Entries = details.map((detail) => ({
        EventBusName: bus,
        Source: source,
        DetailType: "Reading",
        Detail: JSON.stringify(detail),
      }));
      await events.send(new PutEventsCommand({ Entries }));
    },
    async empty() {
      const [ours, emulator] = [await depthOf(queues.ours), await depthOf(queues.emulator)];
      for (const { url: QueueUrl } of Object.values(queues))
        await sqs.send(new PurgeQueueCommand({ QueueUrl }));
      return { ours, emulator };
    },
    idle: () => buses.idle(),
    async stop() {
      await buses.stop();
      await platform.stop();
    },
  };
}
