import { CreateTableCommand, DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { CreateQueueCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { messageStems, stems } from "../../../components/catalogue";
import type { Evidence, Sink } from "../../../local/audit/integration-audit";
import { integrationAudits } from "../../../local/audit/integration-audits";
import { createClients, type Clients } from "../../../local/aws/clients";
import type { StackOutputs } from "../../../operations/stack-outputs";
import { sharedAccount } from "../../support/account";
import { installMilliseconds } from "../../support/emulator";

const outputs = (of: StackOutputs["of"]): StackOutputs => ({
  devicePolicyName: "device",
  topicPrefix: "devices",
  of,
});

const sink = async (stem: string): Promise<Sink> => {
  const [found] = await integrationAudits(outputs({ [stem]: {} }));
  return found?.sink ?? assert.fail(stem);
};

const message = (status: unknown) => ({ hash: "h", kind: "k", publishes: 1, fields: { status } });

describe("the audits of integrations", () => {
  it("are those of the integrations that are deployed", async () => {
    const of = {
      "iot-to-sqs": {},
      "iot-to-sns": undefined,
      telemetry: {},
      alarms: {},
      "api-to-devices": {},
    };
    const audits = await integrationAudits(outputs(of));
    assert.deepEqual(
      audits.map(({ stem }) => stem),
      ["iot-to-sqs", "api-to-devices"],
    );
  });

  it("exist for every integration through which messages flow, each with a sink, a check, a probe or several", async () => {
    const audits = await integrationAudits(
      outputs(Object.fromEntries(stems.map((stem) => [stem, {}]))),
    );
    assert.deepEqual(
      audits.map(({ stem }) => stem),
      messageStems,
    );
    for (const { stem, sink, check, probe } of audits) assert.ok(sink ?? check ?? probe, stem);
  });

  it("are an error that names an integration without a file", () =>
    assert.rejects(integrationAudits(outputs({ "iot-to-nowhere": {} })), {
      message: "iot-to-nowhere cannot be audited: add local/audit/integrations/iot-to-nowhere.ts.",
    }));

  it("expect every message, but for integrations whose rules select by status", async () => {
    for (const stem of ["iot-to-dynamodb", "iot-to-sqs", "iot-to-eventbridge"])
      assert.equal((await sink(stem)).expects(message(undefined), outputs({})), true);
    const expected = async (stem: string) => {
      const { expects } = await sink(stem);
      return ["critical", "warning", "ok", undefined].filter((status) =>
        expects(message(status), outputs({})),
      );
    };
    assert.deepEqual(await expected("iot-to-sns"), ["critical"]);
    assert.deepEqual(await expected("iot-to-step-functions"), ["critical", "warning"]);
  });

  it("find what iot-to-sqs acknowledged to its device", async () => {
    const acks = () => [{ deviceId: "a", timestamp: 5 }];
    const platform = { clients: { get: () => undefined } };
    assert.deepEqual(
      await (await sink("iot-to-sqs")).stored({ acks, platform } as unknown as Evidence),
      new Set(["a#5"]),
    );
  });

  it("find what iot-to-sns sent to every subscriber of the alerts", async () => {
    const subscription = (topic: string, endpoint: string) => ({
      type: "aws:sns/topicSubscription:TopicSubscription",
      plain: { topic, endpoint },
    });
    const received: Record<string, number[]> = { mail: [1, 2], phone: [2, 3], elsewhere: [] };
    const alertOf = (topicArn: string) => (timestamp: number) => ({
      topicArn,
      attributes: { deviceId: "a", timestamp: String(timestamp) },
    });
    const evidence = {
      platform: {
        inbox: {
          // Each also has an alert about the readings 4 and 5 by another topic.
          received: (endpoint: string) => [
            ...(received[endpoint] ?? []).map(alertOf("alerts")),
            ...[4, 5].map(alertOf("alerts-of-another")),
          ],
        },
      },
      deployment: {
        resources: [
          subscription("alerts", "mail"),
          subscription("alerts", "phone"),
          subscription("alarms", "elsewhere"),
        ],
      },
      outputs: outputs({ "iot-to-sns": { alertsTopicArn: "alerts" } }),
    } as unknown as Evidence;
    assert.deepEqual(await (await sink("iot-to-sns")).stored(evidence), new Set(["a#2"]));
  });

  describe("in an account", function () {
    this.timeout(installMilliseconds);
    let clients: Clients;
    before(async () => {
      clients = createClients(await sharedAccount());
    });
    after(() => clients.destroy());

    it("find what iot-to-eventbridge archived, but for what the incident handler failed to process", async () => {
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
          "iot-to-eventbridge": { failuresUrl: QueueUrl, archiveName: "kept", busName: "bus" },
          alarms: {
            topicArn: `arn:aws:sns:${clients.account.region}:${clients.account.accountId}:a`,
          },
        }),
      } as unknown as Evidence;
      const stored = async () => (await sink("iot-to-eventbridge")).stored(evidence);
      assert.deepEqual(await stored(), new Set(["a#1", "a#2"]));
      const MessageBody = JSON.stringify({
        requestContext: { condition: "RetriesExhausted" },
        requestPayload: event(2),
      });
      await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody }));
      assert.deepEqual(await stored(), new Set(["a#1"]));
    });

    it("find what iot-to-step-functions stored in its table", async () => {
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
      const of = { "iot-to-step-functions": { processedTable: TableName } };
      const evidence = { platform: { clients }, outputs: outputs(of) };
      assert.deepEqual(
        await (await sink("iot-to-step-functions")).stored(evidence as unknown as Evidence),
        new Set(["a#7"]),
      );
    });
  });
});
