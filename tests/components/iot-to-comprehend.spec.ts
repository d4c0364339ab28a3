import * as pulumi from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import { IotToComprehend, iotToComprehend } from "../../components/iot-to-comprehend";
import { readAll } from "../../components/parts/settings/setting";
import { evaluateProject } from "../../local/program";
import { readExpression } from "../../local/services/cloudwatch/metric-math";
import { answer, deploy, document, region, statements, type Made } from "../support/deploy";
import { directory } from "../support/emulator";
import { allow, arns, completed, queueUrl, trustedBy, writeLogs } from "./support";

const analyser = "iot-to-comprehend-analyser";
const made = (args: object = {}): Promise<Made> =>
  deploy(
    () => completed((given) => new IotToComprehend("iot-to-comprehend", { ...given, ...args })),
    { keepsCallbacks: true },
  );

const analyse = (...operations: string[]) =>
  allow(
    "Analyse",
    operations.map((one) => `comprehend:${one}`),
    "*",
  );

describe("IotToComprehend", () => {
  let stack: Made;
  before(async () => {
    stack = await made();
  });

  it("queues every log message unchanged with its channel, and sends failures to the failures queue", () => {
    const rule = stack.only("aws:iot/topicRule:TopicRule");
    assert.match(
      String(rule.sql),
      /^SELECT .* 'logs' AS channel, encode\(\*, 'base64'\) AS payload/,
    );
    assert.match(String(rule.sql), / FROM 'devices\/\+\/logs'$/);
    const roleArn = arns.role("iot-to-comprehend-rule-role");
    assert.deepEqual(rule.sqs, [
      { queueUrl: queueUrl("iot-to-comprehend-queue"), useBase64: false, roleArn },
    ]);
    assert.deepEqual(rule.errorAction, {
      sqs: { queueUrl: queueUrl("iot-to-comprehend-failures"), useBase64: false, roleArn },
    });
  });

  it("lets the rule send to its two queues and nothing else, on behalf of this rule only", () => {
    const name = "iot-to-comprehend-rule-role";
    assert.deepEqual(
      statements(stack.only("aws:iam/rolePolicy:RolePolicy", `${name}-permissions`).policy),
      [
        allow("SendToQueue", "sqs:SendMessage", arns.queue("iot-to-comprehend-queue")),
        allow("SendToQueueOnError", "sqs:SendMessage", arns.queue("iot-to-comprehend-failures")),
      ],
    );
    assert.deepEqual(
      statements(stack.only("aws:iam/role:Role", name).assumeRolePolicy),
      trustedBy("iot_integrations_test_iot_to_comprehend_rule"),
    );
  });

  const permissions = (calls: object) => [
    writeLogs(analyser),
    allow(
      "ConsumeQueue",
      ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
      arns.queue("iot-to-comprehend-queue"),
    ),
    calls,
    allow("Store", "dynamodb:BatchWriteItem", arns.table("iot-to-comprehend-sentiments")),
    allow("Quarantine", "sqs:SendMessage", arns.queue("quarantine.fifo")),
    allow("SetAside", "sqs:SendMessage", arns.queue("iot-to-comprehend-failures")),
  ];
  const permissionsOf = (one: Made): unknown =>
    statements(one.only("aws:iam/rolePolicy:RolePolicy", `${analyser}-role-permissions`).policy);

  it("lets the analyser consume its queue, detect languages and sentiments, store, quarantine, set aside and log, and nothing else", () => {
    assert.deepEqual(
      permissionsOf(stack),
      permissions(analyse("BatchDetectDominantLanguage", "BatchDetectSentiment")),
    );
  });

  it("lets the analyser find personal data only if it redacts", async () => {
    const redacting = await made({ redact: true });
    assert.deepEqual(
      permissionsOf(redacting),
      permissions(
        analyse("BatchDetectDominantLanguage", "BatchDetectSentiment", "DetectPiiEntities"),
      ),
    );
    const { environment } = redacting.only("aws:lambda/function:Function");
    assert.equal((environment as { variables: Record<string, string> }).variables.REDACT, "true");
  });

  it("keeps results by device and time until they expire", () => {
    const { name, hashKey, rangeKey, attributes, ttl, deletionProtectionEnabled } = stack.only(
      "aws:dynamodb/table:Table",
    );
    assert.deepEqual(
      { name, hashKey, rangeKey, attributes, ttl, deletionProtectionEnabled },
      {
        ...{ name: "iot-integrations-test-iot-to-comprehend-sentiments", hashKey: "deviceId" },
        ...{ rangeKey: "logKey", ttl: { attributeName: "expiresAt", enabled: true } },
        attributes: [
          { name: "deviceId", type: "S" },
          { name: "logKey", type: "S" },
        ],
        deletionProtectionEnabled: true,
      },
    );
  });

  it("gathers 250 messages for one invocation, and delivers a message for an hour", () => {
    assert.deepEqual(stack.only("aws:lambda/eventSourceMapping:EventSourceMapping"), {
      batchSize: 250,
      eventSourceArn: arns.queue("iot-to-comprehend-queue"),
      functionName: `iot-integrations-test-${analyser}`,
      functionResponseTypes: ["ReportBatchItemFailures"],
      maximumBatchingWindowInSeconds: 10,
      scalingConfig: { maximumConcurrency: 2 },
    });
    const queue = stack.all("aws:sqs/queue:Queue").get("iot-to-comprehend-queue");
    const { maxReceiveCount } = document(queue?.redrivePolicy);
    assert.deepEqual([maxReceiveCount, queue?.visibilityTimeoutSeconds], [10, 360]);
  });

  it("gives the analyser the Region of the stack, and the names of its resources", () => {
    const { environment, timeout, memorySize } = stack.only("aws:lambda/function:Function");
    assert.deepEqual(environment, {
      variables: {
        COMPREHEND_REGION: region,
        FAILURES_QUEUE_URL: "url-of-iot-integrations-test-iot-to-comprehend-failures",
        FUNCTION_NAME: `iot-integrations-test-${analyser}`,
        KEEP_DAYS: "90",
        QUARANTINE_QUEUE_URL: "url-of-iot-integrations-test-quarantine.fifo",
        REDACT: "false",
        SENTIMENTS_TABLE_NAME: "iot-integrations-test-iot-to-comprehend-sentiments",
      },
    });
    assert.deepEqual([timeout, memorySize], [60, 256]);
  });

  it("has an alarm for each way to fail, and one on the share of negative messages", () => {
    const alarms = [...stack.all("aws:cloudwatch/metricAlarm:MetricAlarm").keys()].sort();
    assert.deepEqual(alarms, [
      "alarms-parse-error-devices-logs",
      "alarms-quarantine-arrivals",
      "alarms-quarantine-depth",
      "iot-to-comprehend-analyser-errors",
      "iot-to-comprehend-analyser-negative-share",
      "iot-to-comprehend-analyser-throttles",
      "iot-to-comprehend-backlog",
      "iot-to-comprehend-failures-age",
      "iot-to-comprehend-failures-arrivals",
      "iot-to-comprehend-failures-depth",
      "iot-to-comprehend-rule-error-action-failure",
      "iot-to-comprehend-rule-failure",
      "iot-to-comprehend-rule-throttled",
      "iot-to-comprehend-sentiments-throttled",
      "quarantine-age",
    ]);
  });

  it("compares the share of five minutes in percent, from the least number of messages on", async () => {
    const name = "iot-to-comprehend-analyser-negative-share";
    const { metricQueries, threshold } = (
      await made({ negativePercent: 30, leastMessages: 5 })
    ).only("aws:cloudwatch/metricAlarm:MetricAlarm", name);
    const metric = (metricName: string) => ({
      ...{ namespace: "IotIntegrations", metricName, period: 300, stat: "Sum" },
      dimensions: { FunctionName: `iot-integrations-test-${analyser}` },
    });
    assert.deepEqual(metricQueries, [
      { id: "negative", metric: metric("Negative"), returnData: false },
      { id: "stored", metric: metric("Stored"), returnData: false },
      {
        id: "watched",
        expression: "IF(stored >= 5, 100 * negative / stored, 0)",
        returnData: true,
      },
    ]);
    assert.equal(threshold, 30);
  });

  it("has a share above the threshold only when enough messages are negative", () => {
    const { metricQueries } = stack.only(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "iot-to-comprehend-analyser-negative-share",
    );
    const [, , watched] = metricQueries as { expression: string }[];
    const shares = readExpression(watched?.expression ?? "").evaluate(
      new Map([
        ["stored", [9, 10, 10, 1000, 0, undefined]],
        ["negative", [9, 5, 6, 510, 0, undefined]],
      ]),
    );
    assert.deepEqual(shares, [0, 50, 60, 51, 0, undefined]);
  });
});

describe("The Region of Comprehend", function () {
  this.timeout(60_000);
  /** A preview of a stack in a region, with this integration alone. */
  const previewIn = async (own: string, changes: Record<string, string> = {}) => {
    const invoke = async (token: string): Promise<Record<string, unknown>> =>
      token === "aws:index/getRegion:getRegion" ? { region: own } : answer(token);
    const { resources } = await evaluateProject(
      directory,
      "local",
      { invoke },
      {
        "iot-integrations:integrations": '["iot-to-comprehend"]',
        ...changes,
      },
    );
    const found = resources.find(({ type }) => type === "aws:lambda/function:Function");
    return (found?.plain.environment as { variables: Record<string, string> }).variables;
  };

  it("is refused at preview if it has no Comprehend", async () => {
    for (const own of ["eu-north-1", "eu-west-3", "eu-south-1"])
      await assert.rejects(
        previewIn(own),
        new RegExp(
          `iot-to-comprehend: Amazon Comprehend is not available in ${own}; set iot-to-comprehend:region to a Region that has it`,
        ),
      );
  });

  it("is another than that of the stack on request", async () => {
    const variables = await previewIn("eu-north-1", { "iot-to-comprehend:region": "eu-west-1" });
    assert.equal(variables.COMPREHEND_REGION, "eu-west-1");
  });
});

describe("The settings of iot-to-comprehend", () => {
  const read = (values: Record<string, string>) =>
    deploy(
      () => ({ read: readAll(new pulumi.Config("iot-to-comprehend"), iotToComprehend.settings) }),
      {
        config: Object.fromEntries(
          Object.entries(values).map(([key, value]) => [`iot-to-comprehend:${key}`, value]),
        ),
      },
    ).then(({ outputs }) => outputs.read);

  it("have defaults", async () => {
    assert.deepEqual(await read({}), {
      ...{ region: undefined, redact: false, keepDays: 90, negativePercent: 50 },
      ...{ leastMessages: 10, windowSeconds: 10, maxReceiveCount: 10 },
    });
  });

  it("take the thirteen Regions of Comprehend and no other", async () => {
    const regions =
      "us-east-1 us-east-2 us-west-2 ap-south-1 ap-northeast-1 ap-northeast-2 ap-southeast-1 ap-southeast-2 ca-central-1 eu-central-1 eu-west-1 eu-west-2 us-gov-west-1";
    assert.equal(regions.split(" ").length, 13);
    for (const one of regions.split(" ")) await read({ region: one });
    for (const one of ["eu-north-1", "eu-west-3", "EU"])
      await assert.rejects(read({ region: one }), /iot-to-comprehend:region is /);
  });

  it("refuse what is out of bounds", async () => {
    for (const [key, value] of [
      ["negativePercent", "0"],
      ["negativePercent", "100"],
      ["leastMessages", "0"],
      ["windowSeconds", "301"],
      ["maxReceiveCount", "2"],
      ["keepDays", "0"],
      ["redact", "1"],
    ] as const)
      await assert.rejects(read({ [key]: value }), new RegExp(`iot-to-comprehend:${key} is `));
  });
});
