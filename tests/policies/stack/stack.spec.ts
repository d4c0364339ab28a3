import { unknownCheckingProxy } from "@pulumi/policy";
import * as assert from "node:assert/strict";
import { keyIn } from "../../../policies/stack/keys";
import { kindOf, nameOf, type Kind } from "../../../policies/stack/names";
import { Place } from "../../../policies/stack/place";
import { unknown, type Given } from "../../support/policy";
import { arn, queueUrl } from "../given";
import { stackIn } from "./stack-in";

const queue = (name: string, inputs: Record<string, unknown> = { name }): Given => ({
  type: "aws:sqs/queue:Queue",
  name,
  inputs,
});
const topic = (name: string): Given => ({
  type: "aws:sns/topic:Topic",
  name: `${name}-topic`,
  inputs: { name },
});
const from = (to: unknown, madeFrom: string[] = []): Given => ({
  type: "aws:lambda/function:Function",
  name: "from",
  inputs: { config: { list: [to] } },
  madeFrom: { config: madeFrom },
});

describe("A stack", () => {
  it("returns its resources by type, in registration order", async () => {
    const stack = await stackIn(queue("a"), topic("b"), queue("c"));
    const named = (...types: string[]) => stack.of(...types).map(({ name }) => name);
    assert.deepEqual(named("aws:sqs/queue:Queue"), ["a", "c"]);
    assert.deepEqual(named("aws:sns/topic:Topic", "aws:sqs/queue:Queue"), ["b-topic", "a", "c"]);
    assert.deepEqual(named("aws:s3/bucket:Bucket"), []);
    assert.deepEqual(
      stack.resources.map(({ name }) => name),
      ["a", "b-topic", "c"],
    );
  });

  describe("of several Regions with the same names", () => {
    const inRegion = (region: string): Given => queue(`a-${region}`, { name: "a", region });
    const queues = [inRegion("eu-central-1"), inRegion("us-east-1")];
    const found = async (to: string, more: Record<string, unknown> = {}, ...others: Given[]) => {
      const by = from(to);
      const stack = await stackIn(...queues, ...others, {
        ...by,
        inputs: { ...by.inputs, ...more },
      });
      const [source] = stack.of("aws:lambda/function:Function");
      assert.ok(source);
      return stack.referredTo(source, source.inputs.at("config", "list", 0), "queue")?.name;
    };

    it("finds the one in the Region of the ARN or URL", async () => {
      for (const region of ["eu-central-1", "us-east-1"]) {
        const at = (text: string) => text.replace("eu-central-1", region);
        assert.equal(await found(at(arn.queue("a"))), `a-${region}`);
        assert.equal(await found(at(queueUrl("a"))), `a-${region}`);
        assert.equal(await found("a", { region }), `a-${region}`);
      }
      assert.equal(await found(arn.queue("a").replace("eu-central-1", "eu-west-1")), undefined);
    });

    it("finds the last one by a name in a Region that has none, or in none", async () => {
      assert.equal(await found("a", { region: "eu-west-1" }), "a-us-east-1");
      assert.equal(await found("a"), "a-us-east-1");
      const first = { ...queue("open", { name: "a" }) };
      const stack = await stackIn(first, ...queues, from("a"));
      const [by] = stack.of("aws:lambda/function:Function");
      assert.ok(by);
      const place = by.inputs.at("config", "list", 0);
      assert.equal(stack.referredTo(by, place, "queue")?.name, "a-us-east-1");
    });

    it("finds the one in the Region of a URL in another partition, or over HTTP", async () => {
      const url = queueUrl("a").replace("https", "http");
      assert.equal(await found(url, { region: "us-east-1" }), "a-eu-central-1");
      const abroad = queueUrl("a").replace(".com", ".com.cn");
      assert.equal(await found(abroad, { region: "us-east-1" }), "a-eu-central-1");
    });

    it("finds one whose Region is not known", async () => {
      const open = queue("open", { name: "a" });
      const abroad = arn.queue("a").replace("eu-central-1", "eu-west-1");
      assert.equal(await found(abroad, {}, open), "open");
    });
  });

  describe("that names resources of another account", () => {
    const foreign = arn.queue("a").replace("123456789012", "210987654321");
    const provider = (name: string, inputs: Record<string, unknown>): Given => ({
      type: "pulumi:providers:aws",
      name,
      inputs,
    });
    const found = async (to: string, ...others: Given[]) => {
      // Two ARNs of the own account.
      const own = from([arn.queue("a"), arn.queue("a")]);
      const stack = await stackIn(queue("a"), ...others, { ...own, name: "own" }, from(to));
      const source = stack.of("aws:lambda/function:Function")[1];
      assert.ok(source);
      return stack.referredTo(source, source.inputs.at("config", "list", 0), "queue")?.name;
    };

    it("does not take them for its own", async () => {
      assert.equal(await found(arn.queue("a")), "a");
      assert.equal(await found("a"), "a");
      assert.equal(await found(foreign), undefined);
      assert.equal(await found(queueUrl("a").replace("123456789012", "210987654321")), undefined);
      const regions = [provider("one", {}), provider("two", { region: "us-east-1" })];
      assert.equal(await found(foreign, ...regions), undefined);
    });

    it("may be that of a provider with other credentials", async () => {
      for (const input of ["accessKey", "assumeRoles", "profile"]) {
        const providers = [provider("one", {}), provider("two", { [input]: "x" })];
        assert.equal(await found(foreign, ...providers), "a");
      }
    });
  });

  it("finds resources by physical name, not by logical name", async () => {
    const stack = await stackIn(queue("logical", { name: "physical" }), queue("unnamed", {}));
    assert.equal(stack.named("queue physical")?.name, "logical");
    assert.equal(stack.named("queue logical"), undefined);
    assert.equal(stack.named("queue unnamed"), undefined);
    assert.equal(stack.named("topic physical"), undefined);
  });

  for (const [what, to, kind, found] of [
    ["its ARN", arn.queue("a"), undefined, "a"],
    ["its ARN, whatever kind was meant", arn.queue("a"), "topic", "a"],
    ["its URL", queueUrl("a"), undefined, "a"],
    ["its name", "a", "queue", "a"],
    ["the name of another kind", "a", "topic", "a-topic"],
    ["a name of no kind", "a", undefined, undefined],
    ["a name that nothing has", "x", "queue", undefined],
    ["an ARN of nothing here", arn.queue("x"), undefined, undefined],
    ["a number", 7, "queue", undefined],
  ] as [string, unknown, Kind | undefined, string | undefined][])
    it(`finds ${found ?? "nothing"} by ${what}`, async () => {
      const stack = await stackIn(queue("a"), topic("a"), from(to));
      const [by] = stack.of("aws:lambda/function:Function");
      assert.ok(by);
      assert.equal(stack.referredTo(by, by.inputs.at("config", "list", 0), kind)?.name, found);
    });

  for (const [what, madeFrom, kind, found] of [
    ["the one it was made from", ["a"], undefined, "a"],
    ["the one of the kind", ["a-topic", "a"], "queue", "a"],
    ["none of two", ["a-topic", "a"], undefined, undefined],
    ["none of another kind", ["a-topic"], "queue", undefined],
    ["none of none", [], undefined, undefined],
  ] as [string, string[], Kind | undefined, string | undefined][])
    it(`takes ${what} for a value that is not known`, async () => {
      const stack = await stackIn(queue("a"), topic("a"), from(unknown, madeFrom));
      const [by] = stack.of("aws:lambda/function:Function");
      assert.ok(by);
      assert.equal(stack.referredTo(by, by.inputs.at("config", "list", 0), kind)?.name, found);
    });
});

describe("The name of a resource", () => {
  for (const [type, kind, input = "name"] of [
    ["aws:cloudwatch/compositeAlarm:CompositeAlarm", "alarm", "alarmName"],
    ["aws:cloudwatch/eventBus:EventBus", "event bus"],
    ["aws:cloudwatch/eventRule:EventRule", "event rule"],
    ["aws:cloudwatch/logGroup:LogGroup", "log group"],
    ["aws:cloudwatch/metricAlarm:MetricAlarm", "alarm"],
    ["aws:dynamodb/table:Table", "table"],
    ["aws:iam/policy:Policy", "managed policy"],
    ["aws:iam/role:Role", "role"],
    ["aws:iot/topicRule:TopicRule", "topic rule"],
    ["aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", "firehose"],
    ["aws:kinesis/stream:Stream", "stream"],
    ["aws:kms/alias:Alias", "key alias"],
    ["aws:kms/key:Key", "key", "keyId"],
    ["aws:lambda/function:Function", "function"],
    ["aws:pipes/pipe:Pipe", "pipe"],
    ["aws:s3/bucket:Bucket", "bucket", "bucket"],
    ["aws:sagemaker/pipeline:Pipeline", "training pipeline", "pipelineName"],
    ["aws:scheduler/schedule:Schedule", "schedule"],
    ["aws:sfn/stateMachine:StateMachine", "state machine"],
    ["aws:sns/topic:Topic", "topic"],
    ["aws:sqs/queue:Queue", "queue"],
  ] as const)
    it(`is its ${input}, after '${kind}', for ${type}`, async () => {
      const other = input === "name" ? "bucket" : "name";
      const stack = await stackIn(
        { type, name: "one", inputs: { [input]: "n", [other]: "o" } },
        { type, name: "two", inputs: { [input]: unknown } },
        { type, name: "three", inputs: { [input]: 7 } },
      );
      assert.deepEqual(stack.resources.map(nameOf), [`${kind} n`, undefined, undefined]);
      assert.equal(kindOf(type), kind);
    });

  it("is read without a record of an input that is not known yet", () => {
    const noted: string[] = [];
    const props = (unknownCheckingProxy as (inputs: object) => object)({ name: unknown });
    const inputs = Place.of(props, (path) => noted.push(path));
    const type = "aws:sqs/queue:Queue";
    const one = { type, name: "one", urn: "u", inputs, dependencies: [], sourcesOf: () => [] };
    assert.equal(nameOf(one), undefined);
    assert.deepEqual(noted, []);
  });

  it("is undefined for a type that no resource references", async () => {
    const [one] = (await stackIn({ type: "toString", inputs: { name: "n" } })).resources;
    assert.ok(one);
    assert.equal(nameOf(one), undefined);
    assert.equal(kindOf("toString"), undefined);
  });
});

describe("The key behind an alias", () => {
  const key = (name: string): Given => ({ type: "aws:kms/key:Key", name, inputs: {} });
  const alias = (name: string, madeFrom: string[]): Given => ({
    type: "aws:kms/alias:Alias",
    name: "alias",
    inputs: { name, targetKeyId: unknown },
    madeFrom: { targetKeyId: madeFrom },
  });

  /** The key of a queue that names it so. */
  const keyNamed = async (kmsMasterKeyId: string | undefined, ...given: Given[]) => {
    const inputs = { name: "e", ...(kmsMasterKeyId !== undefined && { kmsMasterKeyId }) };
    const stack = await stackIn(...given, queue("encrypted", inputs));
    const by = stack.resources.at(-1);
    assert.ok(by);
    return keyIn(stack, by, by.inputs.at("kmsMasterKeyId"));
  };

  it("is the key from which the alias was derived", async () => {
    const given = [queue("a"), key("key"), alias("alias/a", ["a", "key"])];
    assert.equal((await keyNamed("alias/a", ...given))?.key.name, "key");
    assert.deepEqual((await keyNamed("alias/a", ...given))?.aliases, ["alias/a"]);
    assert.equal(await keyNamed("alias/b", ...given), undefined);
    assert.equal(await keyNamed(undefined, ...given), undefined);
  });

  it("is neither an AWS managed key nor a key without an alias", async () => {
    const given = [
      key("key"),
      alias("alias/aws/sqs", ["key"]),
      { ...alias("a", ["key"]), name: "odd" },
    ];
    assert.equal(await keyNamed("alias/aws/sqs", ...given), undefined);
    assert.equal(await keyNamed("a", ...given), undefined);
  });

  it("is found by its ARN or ID after creation", async () => {
    const arnOfKey = "arn:aws:kms:eu-central-1:123456789012:key/k-1";
    const made = { ...key("key"), inputs: { keyId: "k-1", arn: arnOfKey } };
    for (const named of [arnOfKey, "k-1"])
      assert.equal((await keyNamed(named, made, key("other")))?.key.name, "key");
    assert.equal(await keyNamed("k-2", made), undefined);
  });

  it("is found by the source of an unknown ARN or alias", async () => {
    const given = [queue("a"), key("key"), key("other"), alias("alias/a", ["key"])];
    const later = async (...kmsMasterKeyId: string[]) => {
      const encrypted = queue("encrypted", { name: "e", kmsMasterKeyId: unknown });
      const stack = await stackIn(...given, { ...encrypted, madeFrom: { kmsMasterKeyId } });
      const by = stack.resources.at(-1);
      assert.ok(by);
      return keyIn(stack, by, by.inputs.at("kmsMasterKeyId"))?.key.name;
    };
    assert.equal(await later("key"), "key");
    assert.equal(await later("a", "alias"), "key");
    assert.equal(await later("key", "other"), undefined);
    assert.equal(await later("a"), undefined);
  });
});
