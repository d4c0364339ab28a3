import * as assert from "node:assert/strict";
import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { strToU8, zipSync } from "fflate";
import type { TraceEvent } from "../../../../local/trace";
import { createWorld, nextName, send, type World } from "./world";

describe("a rule whose SQL calls other services", () => {
  let world: World;
  before(async () => (world = await createWorld()));
  after(() => world.end());

  /** Runs a statement on one message; answers the output, or why there is none. */
  async function run(sql: string, topic: string): Promise<unknown> {
    const queue = await world.queue();
    const roleArn = await world.role([send(queue)]);
    await world.iot.addRule({
      enabled: true,
      sqlVersion: "2016-03-23",
      name: nextName("rule"),
      sql,
      sqs: [{ queueUrl: queue.url, roleArn, useBase64: false }],
    });
    const mark = world.traced.length;
    await world.publish(topic, { id: "pump-7", level: 3 });
    const failed = world.traced
      .slice(mark)
      .find((event): event is TraceEvent & { kind: "rule-failed" } => event.kind === "rule-failed");
    const [body] = await queue.drain();
    return failed ? failed.reason : body && (JSON.parse(body) as unknown);
  }

  it("reads an item with the role of get_dynamodb, and nothing without the permission", async () => {
    const { name, arn } = await world.table();
    await world.clients.get(DynamoDBClient).send(
      new PutItemCommand({
        TableName: name,
        Item: {
          deviceId: { S: "pump-7" },
          timestamp: { N: "5" },
          place: { M: { hall: { N: "2" }, tags: { L: [{ S: "wet" }, { NULL: true }] } } },
        },
      }),
    );
    const reader = await world.role([{ Action: "dynamodb:GetItem", Resource: arn }]);
    const call = (role: string) =>
      `get_dynamodb('${name}', 'deviceId', id, 'timestamp', 5, '${role}').place AS place`;
    assert.deepEqual(await run(`SELECT ${call(reader)} FROM 'item'`, "item"), {
      place: { hall: 2, tags: ["wet", null] },
    });
    const powerless = await world.role([]);
    assert.match(
      String(await run(`SELECT ${call(powerless)} FROM 'denied'`, "denied")),
      /not authorized to perform: dynamodb:GetItem/,
    );
  });

  it("reads a secret with the role of get_secret, in a template too", async () => {
    const Name = nextName("secret");
    const { ARN = "" } = await world.clients
      .get(SecretsManagerClient)
      .send(new CreateSecretCommand({ Name, SecretString: JSON.stringify({ hall: "north" }) }));
    const reader = await world.role([{ Action: "secretsmanager:GetSecretValue", Resource: ARN }]);
    const call = `get_secret('${Name}', 'SecretString', 'hall', '${reader}')`;
    assert.deepEqual(await run(`SELECT ${call} AS hall FROM 'secret'`, "secret"), {
      hall: "north",
    });

    const sender = await world.role([
      { Action: "iot:Publish", Resource: "arn:aws:iot:*:*:topic/halls/north/3" },
    ]);
    await world.iot.addRule({
      enabled: true,
      sqlVersion: "2016-03-23",
      name: nextName("rule"),
      sql: `SET @level = level SELECT id FROM 'hall'`,
      republishes: [{ topic: `halls/\${${call}}/\${@level}`, roleArn: sender }],
    });
    const mark = world.traced.length;
    await world.publish("hall", { id: "pump-7", level: 3 });
    const topics = world.traced
      .slice(mark)
      .flatMap((event) => (event.kind === "published" ? event.topic : []));
    assert.deepEqual(topics, ["hall", "halls/north/3"]);
  });

  it("waits for a function that permits AWS IoT, and gets no result from one that does not", async () => {
    const FunctionName = nextName("function");
    const Role = await world.role([], {
      Version: "2012-10-17",
      Statement: {
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    });
    const code = "exports.handler = async ({ level }) => ({ twice: 2 * level });";
    const lambda = world.clients.get(LambdaClient);
    const { FunctionArn: arn = "" } = await lambda.send(
      new CreateFunctionCommand({
        FunctionName,
        Role,
        Runtime: "nodejs22.x",
        Handler: "index.handler",
        Code: { ZipFile: zipSync({ "index.js": strToU8(code) }) },
      }),
    );
    const items = `aws_lambda('${arn}', {'level': level}).twice AS twice`;
    assert.match(
      String(await run(`SELECT ${items} FROM 'closed'`, "closed")),
      /The function's policy refuses: /,
    );
    await lambda.send(
      new AddPermissionCommand({
        FunctionName,
        StatementId: "iot",
        Action: "lambda:InvokeFunction",
        Principal: "iot.amazonaws.com",
        SourceAccount: "123456789012",
      }),
    );
    assert.deepEqual(await run(`SELECT ${items} FROM 'open'`, "open"), { twice: 6 });
  });
});
