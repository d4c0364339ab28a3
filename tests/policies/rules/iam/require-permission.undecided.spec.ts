import * as assert from "node:assert/strict";
import { requirePermission as rule } from "../../../../policies/rules/iam/require-permission";
import { requireKnownDeliverer as undecided } from "../../../../policies/rules/iam/require-known-deliverer";
import { said, unknown, type Given } from "../../../support/policy";
import { arn, document, queueUrl, send } from "../../given";

const role: Given = { type: "aws:iam/role:Role", name: "role", inputs: { name: "worker" } };
const topicRule = (inputs: Record<string, unknown>): Given => ({
  type: "aws:iot/topicRule:TopicRule",
  name: "rule",
  inputs: { name: "r", ...inputs },
});
const sends = topicRule({
  sqs: [{ queueUrl: queueUrl("orders"), roleArn: arn.role("worker"), useBase64: false }],
});
const queue: Given = { type: "aws:sqs/queue:Queue", name: "q", inputs: { name: "orders" } };
const policy = (inputs: Record<string, unknown>): Given => ({
  type: "aws:iam/rolePolicy:RolePolicy",
  name: "policy",
  inputs: { name: "p", role: "worker", ...inputs },
});
/** Tells the account and the region. */
const somewhere: Given = { type: "aws:x/y:Y", name: "y", inputs: { arn: arn.queue("x") } };
const refused = async (...given: Given[]) =>
  (await said(rule, somewhere, ...given)).filter((line) => !line.startsWith("advisory "));
const cannot = (path: string, action: string, on: string) =>
  `rule: Does not have the permission that ${path} requires: role 'role' does not allow ${action} on ${on}.`;
const cannotSend = [cannot("sqs[0].queueUrl", "sqs:SendMessage", arn.queue("orders"))];

describe(`${rule.name}, where not everything is known`, () => {
  it("refuses a role of which every document is known", async () => {
    assert.deepEqual(await refused(role, queue, sends), cannotSend);
  });

  it("does not decide about a role that has one document which is not known yet", async () => {
    const other = policy({ policy: document(send({ Action: "sqs:GetQueueUrl" })) });
    for (const given of [
      [role, policy({ policy: unknown })],
      [role, other, { ...policy({ policy: unknown }), name: "later" }],
      [{ ...role, inputs: { name: "worker", inlinePolicies: unknown } }],
      [{ ...role, inputs: { name: "worker", inlinePolicies: [{ policy: unknown }] } }],
      [role, policy({ role: unknown, policy: document(send()) })],
    ])
      assert.deepEqual(await refused(...given, queue, sends), []);
  });

  it("refuses what a document that is known denies, whatever the others say", async () => {
    const denied = policy({ policy: document(send({ Effect: "Deny" })) });
    const later = { ...policy({ policy: unknown }), name: "later" };
    assert.deepEqual(await refused(role, denied, later, queue, sends), cannotSend);
  });

  it("does not decide about a resource whose policy is not known yet", async () => {
    const subscription: Given = {
      type: "aws:sns/topicSubscription:TopicSubscription",
      name: "rule",
      inputs: { topic: arn.topic("t"), protocol: "sqs", endpoint: arn.queue("orders") },
    };
    assert.equal((await refused(queue, subscription)).length, 1);
    const own = { ...queue, inputs: { name: "orders", policy: unknown } };
    assert.deepEqual(await refused(own, subscription), []);
    for (const queueUrl_ of [queueUrl("orders"), unknown]) {
      const its: Given = {
        type: "aws:sqs/queuePolicy:QueuePolicy",
        name: "its",
        inputs: { queueUrl: queueUrl_, policy: unknown },
      };
      assert.deepEqual(await refused(queue, its, subscription), []);
    }
  });

  it("takes the policies that AWS manages for service roles by their documents", async () => {
    const attached = (name: string): Given => ({
      type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      name: "attachment",
      inputs: { role: "worker", policyArn: `arn:aws:iam::aws:policy/${name}` },
    });
    assert.deepEqual(
      await refused(role, attached("service-role/AWSIoTRuleActions"), queue, sends),
      [],
    );
    assert.deepEqual(
      await refused(role, attached("service-role/AWSLambdaBasicExecutionRole"), queue, sends),
      cannotSend,
    );
    assert.deepEqual(await refused(role, attached("AmazonSQSFullAccess"), queue, sends), []);
    const byRole = {
      ...role,
      inputs: {
        name: "worker",
        managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSIoTRuleActions"],
      },
    };
    assert.deepEqual(await refused(byRole, queue, sends), []);
    const exclusive: Given = {
      type: "aws:iam/rolePolicyAttachmentsExclusive:RolePolicyAttachmentsExclusive",
      name: "exclusive",
      inputs: {
        roleName: "worker",
        policyArns: [arn.role("x").replace("role/x", "policy/theirs")],
      },
    };
    assert.deepEqual(await refused(role, exclusive, queue, sends), []);
  });

  it("takes a statement of the resource that names the role for a permission, one of the account not", async () => {
    const admitting = (AWS: string): Given => ({
      ...queue,
      inputs: { name: "orders", policy: document(send({ Principal: { AWS } })) },
    });
    assert.deepEqual(await refused(role, admitting(arn.role("worker")), sends), []);
    for (const account of ["arn:aws:iam::123456789012:root", "123456789012", arn.role("other")])
      assert.deepEqual(await refused(role, admitting(account), sends), cannotSend);
  });
});

describe(`${rule.name}, of what a topic rule does in a role`, () => {
  const roleArn = arn.role("worker");
  const region = "eu-central-1:123456789012";
  const cases: [
    what: string,
    inputs: Record<string, unknown>,
    path: string,
    uses: [string, string][],
  ][] = [
    [
      "republishes",
      { republishes: [{ topic: "devices/${topic(2)}/acks", roleArn }] },
      "republishes[0].topic",
      [["iot:Publish", `arn:aws:iot:${region}:topic/devices/template/acks`]],
    ],
    [
      "republishes to a reserved topic",
      { republishes: [{ topic: "$$aws/things/a/shadow/update", roleArn }] },
      "republishes[0].topic",
      [["iot:Publish", `arn:aws:iot:${region}:topic/$aws/things/a/shadow/update`]],
    ],
    [
      "writes to Timestream",
      { timestreams: [{ databaseName: "d", tableName: "t", roleArn }] },
      "timestreams[0].tableName",
      [
        ["timestream:WriteRecords", `arn:aws:timestream:${region}:database/d/table/t`],
        ["timestream:DescribeEndpoints", "*"],
      ],
    ],
    [
      "writes a metric",
      { cloudwatchMetrics: [{ metricNamespace: "n", roleArn }] },
      "cloudwatchMetrics[0].metricNamespace",
      [["cloudwatch:PutMetricData", "*"]],
    ],
    [
      "sets an alarm",
      { cloudwatchAlarms: [{ alarmName: "a", roleArn }] },
      "cloudwatchAlarms[0].alarmName",
      [["cloudwatch:SetAlarmState", `arn:aws:cloudwatch:${region}:alarm:a`]],
    ],
    [
      "reads a table in its SQL",
      { sql: `SELECT get_dynamodb('devices', 'id', topic(2), '${roleArn}').name AS n FROM 'a/+'` },
      "sql",
      [["dynamodb:GetItem", `arn:aws:dynamodb:${region}:table/devices`]],
    ],
    [
      "reads a secret in its SQL",
      { sql: `SELECT * FROM 'a' WHERE get_secret('s', 'SecretString', '${roleArn}') = 'x'` },
      "sql",
      [
        ["secretsmanager:GetSecretValue", `arn:aws:secretsmanager:${region}:secret:s-AbCdEf`],
        ["secretsmanager:DescribeSecret", `arn:aws:secretsmanager:${region}:secret:s-AbCdEf`],
      ],
    ],
    [
      "reads a shadow in its SQL",
      { sql: `SELECT get_thing_shadow('t', '${roleArn}') AS s FROM 'a'` },
      "sql",
      [["iot:GetThingShadow", `arn:aws:iot:${region}:thing/t`]],
    ],
    [
      "writes to a domain of OpenSearch",
      {
        elasticsearch: [
          {
            endpoint: `https://search-logs-${"a1".repeat(13)}.eu-central-1.es.amazonaws.com`,
            index: "i",
            type: "_doc",
            id: "${newuuid()}",
            roleArn,
          },
        ],
      },
      "elasticsearch[0].endpoint",
      [["es:ESHttpPut", `arn:aws:es:${region}:domain/logs/i/_doc/template`]],
    ],
    [
      "moves a device of a tracker",
      { location: [{ trackerName: "t", roleArn }] },
      "location[0].trackerName",
      [["geo:BatchUpdateDevicePosition", `arn:aws:geo:${region}:tracker/t`]],
    ],
    [
      "reads a secret in the templates of an action, once",
      {
        kafkas: [
          {
            topic: "t",
            clientProperties: Object.fromEntries(
              ["username", "password"].map((name) => [
                `sasl.scram.${name}`,
                `\${get_secret('s', 'SecretString', '${name}', '${roleArn}')}`,
              ]),
            ),
          },
        ],
      },
      "kafkas[0].clientProperties.sasl.scram.password",
      [
        ["secretsmanager:GetSecretValue", `arn:aws:secretsmanager:${region}:secret:s-AbCdEf`],
        ["secretsmanager:DescribeSecret", `arn:aws:secretsmanager:${region}:secret:s-AbCdEf`],
      ],
    ],
    [
      "reads the registry in its SQL",
      { sql: `SELECT get_registry_data('DescribeThing', 't', '${roleArn}') AS s FROM 'a'` },
      "sql",
      [["iot:DescribeThing", `arn:aws:iot:${region}:thing/t`]],
    ],
  ];
  for (const [what, inputs, path, uses] of cases)
    it(`evaluates what it ${what}`, async () => {
      assert.deepEqual(
        await refused(role, queue, topicRule(inputs)),
        uses.map(([action, on]) => cannot(path, action, on)),
      );
      const Statement = uses.map(([Action, Resource]) => ({ Effect: "Allow", Action, Resource }));
      const may = policy({ policy: document(...Statement) });
      assert.deepEqual(await refused(role, queue, may, topicRule(inputs)), []);
    });

  it("does not decide about a domain behind a name of its own, or about properties of assets", async () => {
    for (const [inputs, path] of [
      [
        { openSearch: [{ endpoint: "https://logs.example.com", index: "i", type: "t", id: "1" }] },
        "openSearch[0].endpoint",
      ],
      [
        { iotSiteWise: [{ putAssetPropertyValueEntries: [{ propertyAlias: "/a" }] }] },
        "iotSiteWise[0].putAssetPropertyValueEntries",
      ],
    ] as const) {
      const [action] = Object.entries(inputs).map(([list, [one]]) => ({
        [list]: [{ ...one, roleArn }],
      }));
      assert.deepEqual(await said(undecided, somewhere, role, topicRule(action ?? {})), [
        `advisory rule: Unverified: Whether 'rule' has the permission that ${path} requires was not evaluated: this pack does not know which permissions it needs.`,
      ]);
    }
  });

  it("evaluates the function that its SQL calls, by the policy of the function", async () => {
    const lambda: Given = {
      type: "aws:lambda/function:Function",
      name: "f",
      inputs: { name: "f" },
    };
    const calls = topicRule({ sql: `SELECT aws_lambda('${arn.function("f")}', *) AS a FROM 'a'` });
    assert.deepEqual(await refused(lambda, calls), [
      `rule: Does not have the permission that sql requires: the policy of 'f' does not allow iot.amazonaws.com to perform lambda:InvokeFunction for ${arn.rule("r")}.`,
    ]);
    const permission: Given = {
      type: "aws:lambda/permission:Permission",
      name: "permission",
      inputs: {
        function: "f",
        action: "lambda:InvokeFunction",
        principal: "iot.amazonaws.com",
        sourceArn: arn.rule("r"),
      },
    };
    assert.deepEqual(await refused(lambda, permission, calls), []);
  });
});

describe(`${rule.name}, of keys`, () => {
  const key = (...statements: Record<string, unknown>[]): Given => ({
    type: "aws:kms/key:Key",
    name: "key",
    inputs: { policy: document(...(statements as ReturnType<typeof send>[])) },
  });
  const use = (service: string, Condition?: unknown) => ({
    Effect: "Allow",
    Principal: { Service: service },
    Action: ["kms:Decrypt", "kms:GenerateDataKey*"],
    Resource: "*",
    ...(Condition ? { Condition } : {}),
  });
  const encryptedTopic: Given = {
    type: "aws:sns/topic:Topic",
    name: "topic",
    inputs: {
      name: "t",
      kmsMasterKeyId: unknown,
      policy: document(
        send({
          Principal: { Service: "events.amazonaws.com" },
          Action: "sns:Publish",
          Resource: arn.topic("t"),
        }),
      ),
    },
    madeFrom: { kmsMasterKeyId: ["key"] },
  };
  const target: Given = {
    type: "aws:cloudwatch/eventTarget:EventTarget",
    name: "rule",
    inputs: { rule: "r", arn: arn.topic("t") },
  };
  const source = "arn:aws:events:eu-central-1:123456789012:rule/r";
  const refusals = (because = "") =>
    ["kms:GenerateDataKey", "kms:Decrypt"].map(
      (action) =>
        `rule: Does not have the permission that arn requires: the policy of 'key' does not allow events.amazonaws.com to perform ${action} for ${source}${because}.`,
    );

  it("evaluates a key that is given by an ARN which is not known yet", async () => {
    assert.deepEqual(await refused(key(use("events.amazonaws.com")), encryptedTopic, target), []);
    assert.deepEqual(
      await refused(key(use("sns.amazonaws.com")), encryptedTopic, target),
      refusals(),
    );
  });

  it("finds a source that the key of a topic asks EventBridge for, which it does not send", async () => {
    for (const [required, Condition] of [
      ["aws:SourceArn", { ArnEquals: { "aws:SourceArn": source } }],
      ["aws:SourceAccount", { StringEquals: { "aws:SourceAccount": "123456789012" } }],
    ] as const) {
      assert.deepEqual(
        await refused(key(use("events.amazonaws.com", Condition)), encryptedTopic, target),
        refusals(`: the service does not send ${required} there`),
      );
    }
    const Condition = {
      StringEquals: { "kms:EncryptionContext:aws:sns:topicArn": arn.topic("t") },
    };
    assert.deepEqual(
      await refused(key(use("events.amazonaws.com", Condition)), encryptedTopic, target),
      [],
    );
  });

  it("does not decide about a source that the key of a queue asks EventBridge for", async () => {
    const own = send({
      Principal: { Service: "events.amazonaws.com" },
      Resource: arn.queue("orders"),
    });
    const encrypted = {
      ...queue,
      inputs: { name: "orders", kmsMasterKeyId: unknown, policy: document(own) },
      madeFrom: { kmsMasterKeyId: ["key"] },
    };
    const toQueue = { ...target, inputs: { rule: "r", arn: arn.queue("orders") } };
    const from = (account: string) =>
      key(use("events.amazonaws.com", { StringEquals: { "aws:SourceAccount": account } }));
    assert.deepEqual(await refused(from("123456789012"), encrypted, toQueue), []);
    // Neither key would contain another account.
    assert.deepEqual(
      await refused(from("210987654321"), encrypted, toQueue),
      refusals(": the service does not send aws:SourceAccount there"),
    );
    assert.deepEqual(await said(undecided, somewhere, from("123456789012"), encrypted, toQueue), [
      "advisory rule: Unverified: Whether 'rule' has the permission that arn requires was not evaluated: AWS does not document which condition keys events.amazonaws.com sends to the key of a queue.",
    ]);
  });

  it("asks of a reader for the permission to decrypt only", async () => {
    const lambda: Given = {
      type: "aws:lambda/function:Function",
      name: "f",
      inputs: { name: "f", role: arn.role("worker") },
    };
    const mapping: Given = {
      type: "aws:lambda/eventSourceMapping:EventSourceMapping",
      name: "rule",
      inputs: { functionName: "f", eventSourceArn: arn.queue("orders") },
    };
    const encrypted = {
      ...queue,
      inputs: { name: "orders", kmsMasterKeyId: unknown },
      madeFrom: { kmsMasterKeyId: ["key"] },
    };
    const reads = send({
      Action: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"],
    });
    const may = (...more: ReturnType<typeof send>[]) =>
      policy({ policy: document(reads, ...more) });
    const delegates = {
      Effect: "Allow",
      Principal: { AWS: "123456789012" },
      Action: "kms:*",
      Resource: "*",
    };
    const given = [key(delegates), encrypted, lambda, mapping, role];
    assert.deepEqual(await refused(...given, may()), [
      cannot("eventSourceArn", "kms:Decrypt", "arn:aws:kms:eu-central-1:123456789012:key/key"),
    ]);
    const decrypts = send({ Action: "kms:Decrypt", Resource: "*" });
    assert.deepEqual(await refused(...given, may(decrypts)), []);
  });
});
