import { CreateTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { sinksOf, type Evidence, type Outputs } from "../../../local/account/sinks";
import { createClients, type Clients } from "../../../local/aws/clients";
import { sharedAccount } from "../../support/account";
import { installMilliseconds } from "../../support/emulator";

const outputs = (changes: Partial<Outputs>): Outputs => ({
  devicePolicyName: "device",
  topicPrefix: "devices",
  failures: {},
  quarantine: {},
  tables: {},
  topics: {},
  queues: {},
  eventBus: {},
  apis: {},
  stateMachines: {},
  ...changes,
});

const sink = (stem: string) => {
  const [[, found] = []] = sinksOf(outputs({ quarantine: { [stem]: "url" } }));
  return found ?? assert.fail(stem);
};

const entry = (status: unknown) => ({ hash: "h", kind: "k", publishes: 1, fields: { status } });

describe("the sinks", () => {
  it("are those of the integrations that are deployed", () => {
    const quarantine = { "iot-to-sqs": "url", "iot-to-sns": undefined };
    assert.deepEqual(
      sinksOf(outputs({ quarantine })).map(([stem]) => stem),
      ["iot-to-sqs"],
    );
  });

  it("are refused when nobody can look into one", () => {
    assert.throws(() => sinksOf(outputs({ quarantine: { "iot-to-nowhere": "url" } })), {
      message: "The account does not know iot-to-nowhere: add its sink in local/account/sinks.",
    });
  });

  it("take every message, but for those whose rules select by status", () => {
    for (const stem of ["iot-to-dynamodb", "iot-to-sqs", "iot-to-eventbridge"])
      assert.equal(sink(stem).takes(entry(undefined)), true);
    const taken = (stem: string) =>
      ["critical", "warning", "ok", undefined].filter((status) => sink(stem).takes(entry(status)));
    assert.deepEqual(taken("iot-to-sns"), ["critical"]);
    assert.deepEqual(taken("iot-to-step-functions"), ["critical", "warning"]);
  });

  it("of iot-to-sqs has what was acknowledged to its device", async () => {
    const acks = () => [{ deviceId: "a", payload: Buffer.from('{"timestamp":5}') }];
    assert.deepEqual(
      await sink("iot-to-sqs").stored({ acks } as unknown as Evidence),
      new Set(["a#5"]),
    );
  });

  it("of iot-to-sns has what every subscriber of the alerts was told", async () => {
    const subscription = (topic: string, endpoint: string) => ({
      type: "aws:sns/topicSubscription:TopicSubscription",
      plain: { topic, endpoint },
    });
    const told: Record<string, number[]> = { mail: [1, 2], phone: [2, 3], elsewhere: [] };
    const evidence = {
      platform: {
        inbox: {
          received: (endpoint: string) =>
            told[endpoint]?.map((timestamp) => ({
              attributes: { deviceId: "a", timestamp: String(timestamp) },
            })),
        },
      },
      deployment: {
        resources: [
          subscription("alerts", "mail"),
          subscription("alerts", "phone"),
          subscription("alarms", "elsewhere"),
        ],
      },
      outputs: outputs({ topics: { alerts: "alerts" } }),
    } as unknown as Evidence;
    assert.deepEqual(await sink("iot-to-sns").stored(evidence), new Set(["a#2"]));
  });

  describe("in an account", function () {
    this.timeout(installMilliseconds);
    let clients: Clients;
    before(async () => {
      clients = createClients(await sharedAccount());
    });
    after(() => clients.destroy());

    it("of iot-to-eventbridge has what was archived, but for what the incident handler failed at", async () => {
      const sqs = clients.get(SQSClient);
      const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: "sinks-bus" }));
      const event = (timestamp: number) => ({
        source: "iot-integrations.telemetry",
        "detail-type": "Device Reading",
        detail: { deviceId: "a", timestamp },
      });
      const evidence = {
        platform: { clients },
        deployment: {
          eventBuses: { archived: (name: string) => (name === "kept" ? [1, 2, 2].map(event) : []) },
        },
        outputs: outputs({
          failures: { "iot-to-eventbridge": QueueUrl },
          eventBus: { archive: "kept" },
        }),
      } as unknown as Evidence;
      const stored = () => sink("iot-to-eventbridge").stored(evidence);
      assert.deepEqual(await stored(), new Set(["a#1", "a#2"]));
      const MessageBody = JSON.stringify({
        requestContext: { condition: "RetriesExhausted" },
        requestPayload: event(2),
      });
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      assert.deepEqual(await stored(), new Set(["a#1"]));
    });

    it("of iot-to-step-functions has what its table holds", async () => {
      const dynamodb = clients.get(DynamoDBClient);
      const TableName = "sinks-processed";
      await dynamodb.send(
        new CreateTableCommand({
          TableName,
          BillingMode: "PAY_PER_REQUEST",
          KeySchema: [
            { AttributeName: "deviceId", KeyType: "HASH" },
            { AttributeName: "timestamp", KeyType: "RANGE" },
          ],
          AttributeDefinitions: [
            { AttributeName: "deviceId", AttributeType: "S" },
            { AttributeName: "timestamp", AttributeType: "N" },
          ],
        }),
      );
      const Item = { deviceId: { S: "a" }, timestamp: { N: "7" }, anomalies: { S: "" } };
      await dynamodb.send(new PutItemCommand({ TableName, Item }));
      const tables = { processed: TableName };
      const evidence = { platform: { clients }, outputs: outputs({ tables }) };
      assert.deepEqual(
        await sink("iot-to-step-functions").stored(evidence as unknown as Evidence),
        new Set(["a#7"]),
      );
    });
  });
});
