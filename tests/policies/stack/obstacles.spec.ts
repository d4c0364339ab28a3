import * as assert from "node:assert/strict";
import { edgesOf } from "../../../policies/stack/edges";
import { obstaclesIn, undecidable } from "../../../policies/stack/obstacles";
import { unknown, type Given } from "../../support/policy";
import { arn, document, queueUrl, redrive, send, type Statement } from "../given";
import { stackIn } from "./stack-in";

const inPlace = (service: string, resource: string) =>
  `arn:aws:${service}:eu-central-1:123456789012:${resource}`;
const role: Given = { type: "aws:iam/role:Role", name: "role", inputs: { name: "r" } };
const may = (...statements: Statement[]): Given => ({
  type: "aws:iam/rolePolicy:RolePolicy",
  name: "permissions",
  inputs: { role: "r", policy: document(...statements) },
});
const pipe = (inputs: Record<string, unknown>): Given => ({
  type: "aws:pipes/pipe:Pipe",
  name: "it",
  inputs: { roleArn: arn.role("r"), ...inputs },
});
const target = (inputs: Record<string, unknown>): Given => ({
  type: "aws:cloudwatch/eventTarget:EventTarget",
  name: "it",
  inputs: { rule: "e", ...inputs },
});
const topicRule = (list: string, action: object): Given => ({
  type: "aws:iot/topicRule:TopicRule",
  name: "it",
  inputs: { name: "i", [list]: [{ ...action, roleArn: arn.role("r") }] },
});
const queue = (inputs: Record<string, unknown> = {}): Given => ({
  type: "aws:sqs/queue:Queue",
  name: "queue",
  inputs: { name: "q", ...inputs },
});
/** Names the account and the Region. */
const somewhere: Given = {
  type: "aws:x/y:Y",
  name: "somewhere",
  inputs: { arn: inPlace("sqs", "x") },
};
const its = async (...given: Given[]) => {
  const stack = await stackIn(...given);
  const edges = edgesOf(stack).filter(({ by }) => by.name === "it");
  assert.ok(edges.length > 0);
  return { stack, edges };
};
const obstacles = async (...given: Given[]) => {
  const { stack, edges } = await its(somewhere, ...given);
  return edges.flatMap((edge) => obstaclesIn(stack)(edge)).map(({ sentence }) => sentence);
};
const reasons = async (...given: Given[]) => {
  const { stack, edges } = await its(...given);
  return edges.map((edge) => undecidable(stack)(edge));
};
const lacks = (action: string, on: string) => `role 'role' does not allow ${action} on ${on}`;

describe("The permission that a message path requires", () => {
  const stream = inPlace("dynamodb", "table/t/stream/2026-01-01");
  for (const [what, by, needed] of [
    [
      "a call of a function",
      pipe({ enrichment: arn.function("f") }),
      [["lambda:InvokeFunction", arn.function("f")]],
    ],
    [
      "an event",
      pipe({ target: inPlace("events", "event-bus/b") }),
      [["events:PutEvents", inPlace("events", "event-bus/b")]],
    ],
    ["a record", pipe({ target: arn.stream("s") }), [["kinesis:PutRecord", arn.stream("s")]]],
    [
      "a record of a file",
      pipe({ target: inPlace("firehose", "deliverystream/d") }),
      [["firehose:PutRecord", inPlace("firehose", "deliverystream/d")]],
    ],
    ["a message", pipe({ target: arn.queue("q") }), [["sqs:SendMessage", arn.queue("q")]]],
    ["a notification", pipe({ target: arn.topic("t") }), [["sns:Publish", arn.topic("t")]]],
    [
      "an execution",
      pipe({ target: inPlace("states", "stateMachine:m") }),
      [["states:StartExecution", inPlace("states", "stateMachine:m")]],
    ],
    [
      "a training",
      pipe({ target: inPlace("sagemaker", "pipeline/p") }),
      [["sagemaker:StartPipelineExecution", inPlace("sagemaker", "pipeline/p")]],
    ],
    [
      "an item",
      topicRule("dynamodbs", { tableName: "t" }),
      [["dynamodb:PutItem", inPlace("dynamodb", "table/t")]],
    ],
    [
      "an object",
      topicRule("s3", { bucketName: "b" }),
      [["s3:PutObject", "arn:aws:s3:::b/object"]],
    ],
    [
      "an alarm",
      topicRule("cloudwatchAlarms", { alarmName: "a" }),
      [["cloudwatch:SetAlarmState", inPlace("cloudwatch", "alarm:a")]],
    ],
    [
      "a log line",
      topicRule("cloudwatchLogs", { logGroupName: "g" }),
      ["logs:CreateLogStream", "logs:PutLogEvents"].map((action) => [
        action,
        inPlace("logs", "log-group:g:log-stream:stream"),
      ]),
    ],
    [
      "reading a queue",
      pipe({ source: arn.queue("q") }),
      ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"].map((action) => [
        action,
        arn.queue("q"),
      ]),
    ],
    [
      "reading a stream",
      pipe({ source: arn.stream("s") }),
      ["kinesis:GetRecords", "kinesis:GetShardIterator", "kinesis:ListShards"].map((action) => [
        action,
        arn.stream("s"),
      ]),
    ],
    [
      "reading the stream of a table",
      pipe({ source: stream }),
      ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"].map(
        (action) => [action, stream],
      ),
    ],
    [
      "reading a table whose stream is not known",
      pipe({ source: inPlace("dynamodb", "table/t") }),
      ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream"].map(
        (action) => [action, `${inPlace("dynamodb", "table/t")}/stream/label`],
      ),
    ],
  ] as [string, Given, [string, string][]][])
    it(`of ${what} is that of the call`, async () => {
      assert.deepEqual(
        await obstacles(role, by),
        needed.map(([action, on]) => lacks(action, on)),
      );
      const statements = needed.map(([Action, Resource]) => send({ Action, Resource }));
      assert.deepEqual(await obstacles(role, may(...statements), by), []);
      assert.deepEqual(await reasons(somewhere, role, by), [undefined]);
    });

  it("is that in the Region of the target", async () => {
    const abroad = queue({ region: "us-east-1" });
    const sends = topicRule("sqs", { queueUrl: unknown });
    assert.deepEqual(
      await obstacles(role, abroad, { ...sends, madeFrom: { sqs: ["queue", "role"] } }),
      [lacks("sqs:SendMessage", arn.queue("q").replace("eu-central-1", "us-east-1"))],
    );
  });

  it("is that for a queue outside the stack by its URL, and for a version by its ARN", async () => {
    assert.deepEqual(await obstacles(role, topicRule("sqs", { queueUrl: queueUrl("theirs") })), [
      lacks("sqs:SendMessage", arn.queue("theirs")),
    ]);
    const version = `${arn.function("f")}:3`;
    assert.deepEqual(await obstacles(role, pipe({ enrichment: version })), [
      lacks("lambda:InvokeFunction", version),
    ]);
  });

  it("is not evaluated for a target that is not known, of any kind", async () => {
    const toQueue = topicRule("sqs", { queueUrl: unknown });
    const toAny = pipe({ target: unknown });
    for (const by of [toQueue, toAny]) {
      assert.deepEqual(await obstacles(role, by), []);
      assert.deepEqual(await reasons(somewhere, role, by), [
        "the target is outside this stack, or not known before the update",
      ]);
    }
  });

  it("is not evaluated for the URL of a queue outside the stack where an ARN is expected", async () => {
    const toUrl = pipe({ target: queueUrl("theirs") });
    assert.deepEqual(await obstacles(role, toUrl), []);
    assert.deepEqual(await reasons(somewhere, role, toUrl), [undefined]);
  });

  it("is not evaluated while no ARN names the account", async () => {
    const later = { ...topicRule("sqs", { queueUrl: "q" }), madeFrom: { sqs: ["role"] } };
    later.inputs = { name: "i", sqs: [{ queueUrl: "q", roleArn: unknown }] };
    const { stack, edges } = await its(role, queue(), later);
    assert.deepEqual(
      edges.map((edge) => obstaclesIn(stack)(edge)),
      [[]],
    );
    assert.deepEqual(await reasons(role, queue(), later), [
      "no ARN of the stack names an account yet",
    ]);
  });

  it("has the source and detail type of events at the target of a pipe only", async () => {
    const events = { source: ["mine"], detailType: ["d"] };
    const bus = inPlace("events", "event-bus/b");
    const from = pipe({
      source: arn.queue("q"),
      target: bus,
      targetParameters: { eventbridgeEventBusParameters: events },
    });
    const Condition = { StringEquals: { "events:source": "mine", "events:detail-type": "d" } };
    const reads = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"];
    const statements = [
      send({ Action: reads, Resource: arn.queue("q"), Condition }),
      send({ Action: "events:PutEvents", Resource: bus, Condition }),
    ];
    assert.deepEqual(
      await obstacles(role, may(...statements), from),
      reads.map((action) => lacks(action, arn.queue("q"))),
    );
  });

  it("is not evaluated for a service and a target outside the stack", async () => {
    assert.deepEqual(await obstacles(target({ arn: arn.queue("q") })), []);
    assert.deepEqual(await reasons(somewhere, target({ arn: arn.queue("q") })), [
      "the target and its policy are outside this stack",
    ]);
  });
});

describe("The reason why a permission is not evaluated", () => {
  it("is absent for targets that require none of those evaluated here", async () => {
    assert.deepEqual(await reasons(somewhere, target({ arn: inPlace("pipes", "pipe/p") })), [
      undefined,
    ]);
  });

  it("is absent for an address outside AWS, and for a redrive", async () => {
    const subscription = (endpoint: unknown): Given => ({
      type: "aws:sns/topicSubscription:TopicSubscription",
      name: "it",
      inputs: { topic: arn.topic("t"), endpoint },
    });
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn: arn.queue("q") });
    const source = { ...queue({ name: "s", redrivePolicy }), name: "it" };
    for (const by of [subscription("a@example.com"), subscription(4989123456), source])
      assert.deepEqual(await reasons(somewhere, by), [undefined]);
  });

  it("is that the source, or the target of a service, is outside the stack", async () => {
    const jobs = inPlace("batch", "job-queue/j");
    assert.deepEqual(await reasons(somewhere, target({ arn: jobs })), [
      "the target and its policy are outside this stack",
    ]);
    assert.deepEqual(await reasons(somewhere, pipe({ target: jobs })), [
      "the role or source is outside this stack, or not known before the update",
    ]);
  });

  it("is what may be allowed outside the stack, unless another line reports it", async () => {
    const sends = topicRule("republishes", { topic: "a" });
    const attached = (policyArn: string): Given => ({
      type: "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      name: "attachment",
      inputs: { role: "r", policyArn },
    });
    assert.deepEqual(await reasons(somewhere, role, sends, attached("arn:aws:iam::aws:policy/A")), [
      "the permissions of the AWS managed policy A are not listed in this pack",
    ]);
    const later: Given = { ...may(), inputs: { role: "r", policy: unknown } };
    assert.deepEqual(await reasons(somewhere, role, sends, later), [undefined]);
  });

  it("is absent for a condition that cannot be evaluated", async () => {
    const odd = send({ Condition: { IpAddress: { "aws:SourceIp": "here" } }, Resource: "*" });
    const sends = topicRule("sqs", { queueUrl: queueUrl("q") });
    assert.deepEqual(await reasons(somewhere, role, may(odd), queue(), sends), [undefined]);
  });

  it("is that the calls are not known if a pipe reads what only receives", async () => {
    assert.deepEqual(await reasons(somewhere, role, pipe({ source: arn.topic("t") })), [
      "this pack does not know which permissions it needs",
    ]);
    assert.deepEqual(await obstacles(role, pipe({ source: arn.topic("t") })), []);
  });
});

describe("The redrive of a queue", () => {
  const source = (inputs: Record<string, unknown> = {}): Given => ({
    type: "aws:sqs/queue:Queue",
    name: "it",
    inputs: {
      name: "s",
      redrivePolicy: JSON.stringify({ deadLetterTargetArn: arn.queue("q") }),
      ...inputs,
    },
  });
  const allowing = (policy: unknown) =>
    queue({ redriveAllowPolicy: policy === unknown ? unknown : JSON.stringify(policy) });
  const byQueue = (from: string) =>
    allowing({ redrivePermission: "byQueue", sourceQueueArns: [from] });

  it("is allowed by default, by name, and while the policy is not known", async () => {
    for (const given of [queue(), allowing({}), byQueue(arn.queue("s")), allowing(unknown)])
      assert.deepEqual(await obstacles(source(), given), []);
  });

  it("is not evaluated for a queue outside the stack, or one without a name", async () => {
    const denied = allowing({ redrivePermission: "denyAll", sourceQueueArns: [arn.queue("s")] });
    assert.deepEqual(await obstacles(source(), denied), [
      `the redriveAllowPolicy of 'queue' does not name ${arn.queue("s")}`,
    ]);
    const outside: Given = { ...redrive("theirs", "q"), name: "it" };
    for (const given of [[source()], [source({ name: unknown }), denied], [outside, denied]])
      assert.deepEqual(await obstacles(...given), []);
  });

  it("is that in the Region of the source", async () => {
    const abroad = arn.queue("s").replace("eu-central-1", "us-east-1");
    assert.deepEqual(await obstacles(source({ region: "us-east-1" }), byQueue(abroad)), []);
    assert.deepEqual(await obstacles(source({ region: "us-east-1" }), byQueue(arn.queue("s"))), [
      `the redriveAllowPolicy of 'queue' does not name ${abroad}`,
    ]);
  });
});
