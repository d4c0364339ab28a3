import * as assert from "node:assert/strict";
import { arnOf, whereaboutsOf } from "../../../policies/stack/whereabouts";
import type { Kind } from "../../../policies/stack/names";
import { unknown } from "../../support/policy";
import { arn, rolePolicy, send } from "../given";
import { stackIn } from "./stack-in";

const where = { partition: "aws-cn", region: "cn-north-1", account: "123456789012" };
const inPlace = (service: string, resource: string) =>
  `arn:aws-cn:${service}:cn-north-1:123456789012:${resource}`;

describe("The location of a stack", () => {
  it("comes from the first ARN with a region and an account", async () => {
    const documents = [
      rolePolicy(send({ Resource: [arn.bucket("b"), arn.role("r"), "*", "arn:aws:sqs:*:*:q"] })),
      rolePolicy(
        send({ Resource: "arn:aws:sqs:eu-*:123456789012:q" }),
        send({ Resource: "arn:aws:sqs:eu-central-1:${aws:PrincipalAccount}:q" }),
        send({ Resource: inPlace("sqs", "q") }),
        send({ Resource: arn.queue("q") }),
      ),
    ];
    const named = documents.map((one, index) => ({ ...one, name: `policy-${index}` }));
    assert.deepEqual(whereaboutsOf(await stackIn(...named)), where);
  });

  it("is not known without such an ARN", async () => {
    for (const Resource of [
      "*",
      arn.bucket("b"),
      "arn:aws:sqs:eu-central-1:1234567890123:q",
      "arn:aws:sqs:eu-central-1:x123456789012:q",
      "arn:aws:sqs:?eu-central-1:123456789012:q",
      "arn:aws:sqs:eu-central-1*:123456789012:q",
    ])
      assert.equal(whereaboutsOf(await stackIn(rolePolicy(send({ Resource })))), undefined);
    assert.equal(whereaboutsOf(await stackIn()), undefined);
  });

  it("comes from any input, including NotResource", async () => {
    const given = { type: "aws:x/y:Y", inputs: { list: [{ arn: inPlace("sqs", "q") }] } };
    assert.deepEqual(whereaboutsOf(await stackIn(given)), where);
    const exceptions = send({ Resource: undefined, NotResource: inPlace("sqs", "q") });
    assert.deepEqual(whereaboutsOf(await stackIn(rolePolicy(exceptions))), where);
  });

  describe("with ARNs of several accounts", () => {
    const layer = "arn:aws:lambda:eu-central-1:210987654321:layer:tools:7";
    const lambda = (inputs: Record<string, unknown>) => ({
      type: "aws:lambda/function:Function",
      name: "f",
      inputs: { name: "f", ...inputs },
    });
    const queue = { type: "aws:sqs/queue:Queue", name: "q", inputs: { name: "q" } };
    const own = { partition: "aws", region: "eu-central-1", account: "123456789012" };

    it("is that of the ARNs with names of the stack, wherever they are", async () => {
      const layers = lambda({ layers: [layer, layer.replace("7", "8")] });
      const uses = rolePolicy(send({ Resource: arn.queue("q") }));
      assert.deepEqual(whereaboutsOf(await stackIn(layers, queue, uses)), own);
      assert.deepEqual(whereaboutsOf(await stackIn(uses, queue, layers)), own);
    });

    it("is that of most ARNs if none has such a name", async () => {
      const uses = rolePolicy(send({ Resource: [arn.queue("x"), arn.topic("x")] }));
      assert.deepEqual(whereaboutsOf(await stackIn(lambda({ layers: [layer] }), uses)), own);
    });

    it("has the region of the provider, not that of a resource in another Region", async () => {
      const provider = {
        type: "pulumi:providers:aws",
        name: "default",
        inputs: { region: "eu-central-1" },
      };
      const abroad = {
        type: "aws:x/y:Y",
        inputs: { arn: arn.queue("q").replace(/eu-\w+-1/, "us-east-1") },
      };
      assert.deepEqual(whereaboutsOf(await stackIn(abroad, provider)), own);
    });
  });

  it("comes from the account of any ARN and the region of the provider", async () => {
    const provider = (name: string, region: unknown) => ({
      type: "pulumi:providers:aws",
      name,
      inputs: { region },
    });
    const user = { type: "aws:x/y:Y", inputs: { role: "arn:aws-cn:iam::123456789012:role/r" } };
    assert.deepEqual(whereaboutsOf(await stackIn(user, provider("one", "cn-north-1"))), where);
    assert.equal(whereaboutsOf(await stackIn(user)), undefined);
    assert.equal(whereaboutsOf(await stackIn(user, provider("one", unknown))), undefined);
    const other = { type: "aws:x/y:Y", name: "other", inputs: { arn: arn.queue("q") } };
    const own = { ...other, name: "own", inputs: { arn: inPlace("sqs", "q") } };
    const given = [other, own, provider("one", "cn-north-1")];
    assert.deepEqual(whereaboutsOf(await stackIn(...given)), where);
    const without = { ...provider("two", ""), inputs: { profile: "p" } };
    assert.deepEqual(
      whereaboutsOf(await stackIn(user, provider("one", "cn-north-1"), without)),
      where,
    );
    const both = [provider("one", "cn-north-1"), provider("two", "eu-central-1")];
    assert.equal(whereaboutsOf(await stackIn(user, ...both)), undefined);
  });

  for (const [kind, expected] of Object.entries({
    bucket: "arn:aws-cn:s3:::n",
    "event bus": inPlace("events", "event-bus/n"),
    firehose: inPlace("firehose", "deliverystream/n"),
    function: inPlace("lambda", "function:n"),
    queue: inPlace("sqs", "n"),
    "state machine": inPlace("states", "stateMachine:n"),
    stream: inPlace("kinesis", "stream/n"),
    table: inPlace("dynamodb", "table/n"),
    topic: inPlace("sns", "n"),
    pipe: undefined,
  }))
    it(`makes ${expected ?? "no ARN"} of a ${kind}`, () =>
      assert.equal(arnOf(kind as Kind, "n", where), expected));
});
