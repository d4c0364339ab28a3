import { DynamoDBClient, ScanCommand } from "@aws-sdk/client-dynamodb";
import { DeleteQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { installMilliseconds } from "../../support/emulator";
import { redrive, verify as run } from "./operator";
import { held, quarantinedFrom } from "./queues";
import { deployed, type World } from "./world";

describe("npm run verify, with this machine as the account", function () {
  this.timeout(180_000);
  let world: World;
  before(async function () {
    this.timeout(installMilliseconds);
    world = await deployed();
    await world.deployment.idle();
  });

  /** Runs the command. The alarms that other specs of this deployment have raised are taken out of its report, and of nothing else. */
  async function verify(...words: string[]): Promise<{ code: number | null; lines: string[] }> {
    const { code, lines } = await run(world, ...words);
    const raised = lines.findIndex((line) => /^\d+ alarms? in ALARM: /.test(line));
    if (raised < 0) return { code, lines };
    const problems = Number(/^(\d+) problems? found; /.exec(lines.at(-1) ?? "")?.[1]);
    lines.splice(raised, 1);
    if (problems === 1) return { code: code === 1 ? 0 : code, lines: lines.slice(0, -1) };
    return {
      code,
      lines: [
        ...lines.slice(0, -1),
        `${problems - 1} problem${problems === 2 ? "" : "s"} found; the sentences above say where.`,
      ],
    };
  }

  const deviceIn = (lines: string[]): string =>
    /verify-[0-9a-f]{8}/.exec(lines.join("\n"))?.[0] ?? "";
  /** The lines of the final table. */
  const tableIn = (lines: string[]): string[] => {
    const header = lines.findIndex((line) => line.startsWith("integration "));
    return lines.slice(
      header,
      lines.findIndex((line) => line.startsWith("Alarms before")),
    );
  };

  it("finds its readings in every integration, and deletes them", async () => {
    const { code, lines } = await verify();
    assert.equal(code, 0, lines.join("\n"));
    assert.deepEqual(tableIn(lines), [
      "integration            critical  valid   invalid",
      "iot-to-dynamodb        stored    stored  quarantined",
      "iot-to-sns             stored    -       quarantined",
      "iot-to-sqs             stored    stored  quarantined",
      "iot-to-eventbridge     stored    stored  quarantined",
      "iot-to-analytics       stored    -       quarantined",
      "iot-to-quicksight      stored    stored  quarantined",
      "iot-to-sagemaker       stored    stored  quarantined",
      "iot-to-timestream      -         -       quarantined",
      "iot-to-redshift        stored    stored  quarantined",
      // Posted over HTTPS with a token of its device, and found where the others are.
      "edge-to-iot            -         stored  -",
      "api-to-devices         stored    stored  -",
      "stream-to-fargate      stored    stored  quarantined",
      "iot-to-step-functions  stored    -       quarantined",
      "iot-to-comprehend      -         stored  quarantined",
      // A camera uploads images; the device of the verification has none.
      "camera-to-rekognition  -         -       -",
      // Only the vendors can be asked what they store.
      "iot-to-splunk          -         -       quarantined",
      "iot-to-datadog         -         -       quarantined",
    ]);
    assert.match(
      lines.join("\n"),
      /^Alarms before the test: \d{2,}, of which \d+ OK, \d+ INSUFFICIENT_DATA, \d+ in ALARM\.$/m,
    );
    assert.match(
      lines.join("\n"),
      /^Not looked up: iot-to-timestream: valid readings in the database/m,
    );
    const found = lines.filter((line) =>
      / s {2}\S+: \w+ (reading|log message) (stored|quarantined)$/.test(line),
    );
    assert.equal(found.length, 35, lines.join("\n"));

    const device = deviceIn(lines);
    assert.notEqual(device, "");
    await world.deployment.idle();
    const { of } = world.outputs;
    for (const [stem, output] of [
      ["iot-to-dynamodb", "historyTable"],
      ["iot-to-dynamodb", "stateTable"],
      ["iot-to-eventbridge", "incidentsTable"],
      ["iot-to-analytics", "averagesTable"],
      ["iot-to-step-functions", "processedTable"],
      ["iot-to-comprehend", "sentimentsTable"],
    ] as const) {
      const TableName = of[stem]?.[output];
      const { Items = [] } = await world.platform.clients
        .get(DynamoDBClient)
        .send(new ScanCommand({ TableName, ConsistentRead: true }));
      assert.deepEqual(
        Items.filter(({ deviceId }) => deviceId?.S === device),
        [],
        output,
      );
    }
    for (const stem of [
      ...["iot-to-dynamodb", "iot-to-sns", "iot-to-sqs", "iot-to-eventbridge"],
      ...["iot-to-timestream", "iot-to-splunk", "iot-to-datadog"],
    ])
      assert.deepEqual(await quarantinedFrom(world, stem, device), [], stem);
  });

  it("fails if a sink is broken, and says where the messages are", async () => {
    const queue = world.resource("aws:sqs/queue:Queue", "iot-to-sqs-queue");
    await world.platform.clients
      .get(SQSClient)
      .send(new DeleteQueueCommand({ QueueUrl: world.outputs.of["iot-to-sqs"]?.queueUrl }));
    const { code, lines } = await verify("--integration", "iot-to-sqs");
    await world.create(queue);
    assert.equal(code, 1, lines.join("\n"));
    assert.deepEqual(tableIn(lines), [
      "integration  critical   valid      invalid",
      // By the other integrations, which share the quarantine.
      "iot-to-sqs   set aside  set aside  quarantined",
    ]);
    assert.deepEqual(lines.slice(-4), [
      "Stays: iot-to-sqs: the message in the failures queue.",
      ...["critical", "valid"].map(
        (kind) =>
          `iot-to-sqs: the ${kind} reading is in the failures queue: it could not be delivered. Read it there, fix the cause, then run npm run redrive -- iot-to-sqs --stack local.`,
      ),
      "2 problems found; the sentences above say where.",
    ]);
    await redrive(world, "iot-to-sqs");
    await world.deployment.idle();
    assert.deepEqual(await held(world, world.outputs.of["iot-to-sqs"]?.failuresUrl), []);
  });

  it("fails if a message gets nowhere, once the time is over", async () => {
    const rule = world.resource("aws:iot/topicRule:TopicRule", "iot-to-sqs-rule");
    world.platform.iotCore.removeRule(rule.plain.name as string);
    const { code, lines } = await verify("--integration", "iot-to-sqs", "--timeout", "1");
    await world.create(rule);
    assert.equal(code, 1, lines.join("\n"));
    assert.equal(tableIn(lines)[1], "iot-to-sqs   MISSING   MISSING  quarantined");
    assert.match(
      lines.join("\n"),
      /^iot-to-sqs: the valid reading was not found in its sink, its quarantine or its failures queue within 1 s; the queue iot-integrations-local-iot-to-sqs-queue holds 0 messages \(0 before\), the failures queue iot-integrations-local-iot-to-sqs-failures holds 0 messages \(0 before\)\. Look at /m,
    );
  });

  it("refuses an integration that the stack does not have", async () => {
    const { code, lines } = await verify("--integration", "iot-to-nowhere");
    assert.equal(code, 2);
    assert.match(
      lines.at(-1) ?? "",
      /^Stack local has no integration iot-to-nowhere; name one of iot-to-dynamodb, /,
    );
  });
});
