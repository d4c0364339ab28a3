import * as assert from "node:assert/strict";
import * as http from "node:http";
import { buffer } from "node:stream/consumers";
import type { TraceEvent } from "../../../../local/trace";
import { createClients } from "../../../../local/aws/clients";
import { send as sendOn } from "../../../../local/aws/send";
import { startIotCore } from "../../../../local/services/iot-core/iot-core";
import { listen } from "../../../../local/listen";
import { createTrace } from "../../../../local/trace";
import { certificateId } from "../../../../local/services/iot-core/certificates";
import { connect, identity, openPolicy } from "./devices";
import { createWorld, nextName, send, trustIot, type Queue, type World } from "./world";

interface Envelope {
  ruleName: string;
  topic: string;
  cloudwatchTraceId: string;
  clientId: string;
  sourceIp: string;
  base64OriginalPayload: string;
  failures: { failedAction: string; failedResource: string; errorMessage: string }[];
}

describe("topic rules", () => {
  let world: World;
  before(async () => (world = await createWorld()));
  after(() => world.end());

  const plain = { enabled: true, sqlVersion: "2016-03-23" };

  /** A queue and a role that may send to it and to `others`. */
  async function queueWithRole(...others: Queue[]): Promise<{ queue: Queue; roleArn: string }> {
    const queue = await world.queue();
    return { queue, roleArn: await world.role([queue, ...others].map(send)) };
  }

  const sqs = ({ url: queueUrl }: Queue, roleArn: string, useBase64 = false) => ({
    queueUrl,
    roleArn,
    useBase64,
  });

  const since = (mark: number): TraceEvent[] => world.traced.slice(mark);

  it("traces every hop of a message, with one trace id", async () => {
    const { queue, roleArn } = await queueWithRole();
    const name = nextName("rule");
    const sql = "SELECT traceid() AS trace FROM 'hops/+'";
    await world.iot.addRule({ ...plain, name, sql, sqs: [sqs(queue, roleArn)] });
    const mark = world.traced.length;
    await world.publish("hops/1", { a: 1 });
    const [body = "{}"] = await queue.drain();
    const { trace: traceId } = JSON.parse(body) as { trace: string };
    assert.deepEqual(since(mark), [
      { kind: "published", topic: "hops/1", payload: Buffer.from('{"a":1}'), clientId: "sensor-1" },
      { kind: "rule-matched", rule: name, topic: "hops/1", traceId },
      { kind: "action-succeeded", rule: name, action: "sqs", traceId },
    ]);
  });

  it("passes the sender of a message to the SQL", async () => {
    const { queue, roleArn } = await queueWithRole();
    const name = nextName("rule");
    const sql =
      "SELECT clientid() AS c, principal() AS p, sourceip() AS ip, accountid() AS a FROM 'who'";
    await world.iot.addRule({ ...plain, name, sql, sqs: [sqs(queue, roleArn)] });
    await world.publish("who", {});
    const p = certificateId(world.credentials.certificate);
    assert.deepEqual(
      (await queue.drain()).map((body) => JSON.parse(body) as unknown),
      [{ c: "sensor-1", p, ip: "127.0.0.1", a: "123456789012" }],
    );
  });

  it("runs every matching rule, with every action", async () => {
    const { queue: one, roleArn } = await queueWithRole();
    const { queue: two, roleArn: both } = await queueWithRole(one);
    await world.iot.addRule({
      ...plain,
      name: nextName("rule"),
      sql: "SELECT 1 AS rule FROM 'many/+'",
      sqs: [sqs(one, roleArn)],
    });
    await world.iot.addRule({
      ...plain,
      name: nextName("rule"),
      sql: "SELECT 2 AS rule FROM 'many/#'",
      sqs: [sqs(one, both), sqs(two, both)],
    });
    await world.publish("many/1", {});
    assert.deepEqual((await one.drain()).sort(), ['{"rule":1}', '{"rule":2}']);
    assert.deepEqual(await two.drain(), ['{"rule":2}']);
  });

  it("ignores messages that do not match its WHERE clause, and all messages when disabled", async () => {
    const { queue, roleArn } = await queueWithRole();
    const [picky, disabled] = [nextName("rule"), nextName("rule")];
    const actions = { sqs: [sqs(queue, roleArn)] };
    const sql = "SELECT * FROM 'some'";
    await world.iot.addRule({ ...plain, name: picky, sql: `${sql} WHERE a > 1`, ...actions });
    await world.iot.addRule({ ...plain, name: disabled, enabled: false, sql, ...actions });
    await world.publish("some", { a: 1 });
    await world.publish("some", { a: 2 });
    assert.deepEqual(await queue.drain(), ['{"a":2}']);
    const none = {
      ParseError: 0,
      RuleMessageThrottled: 0,
      Failure: 0,
      ErrorActionSuccess: 0,
      ErrorActionFailure: 0,
    };
    const metrics = world.iot.metrics();
    assert.deepEqual(metrics[picky], { ...none, TopicMatch: 2, Success: 1 });
    assert.deepEqual(metrics[disabled], { ...none, TopicMatch: 0, Success: 0 });
  });

  describe("whose action fails", () => {
    it("sends one envelope with every failure to the error action, with its role", async () => {
      const failures = await queueWithRole();
      const gone = await queueWithRole();
      await gone.queue.delete();
      const table = await world.table();
      const powerless = await world.role([]);
      const name = nextName("rule");
      await world.iot.addRule({
        ...plain,
        name,
        sql: "SELECT a FROM 'fails/+'",
        sqs: [sqs(gone.queue, gone.roleArn)],
        dynamodbv2s: [{ roleArn: powerless, putItem: { tableName: table.name } }],
        errorAction: { sqs: sqs(failures.queue, failures.roleArn) },
      });
      const mark = world.traced.length;
      await world.publish("fails/1", Buffer.from('{"a": 1, "b": "ü"}'));

      const bodies = await failures.queue.drain();
      assert.equal(bodies.length, 1);
      const envelope = JSON.parse(bodies[0] ?? "") as Envelope;
      const { failures: reported, cloudwatchTraceId: traceId, ...rest } = envelope;
      assert.deepEqual(rest, {
        ruleName: name,
        topic: "fails/1",
        clientId: "sensor-1",
        sourceIp: "127.0.0.1",
        base64OriginalPayload: Buffer.from('{"a": 1, "b": "ü"}').toString("base64"),
      });
      assert.deepEqual(
        reported.map(({ failedAction, failedResource }) => [failedAction, failedResource]).sort(),
        [
          ["DynamoDBv2Action", table.name],
          ["SqsAction", gone.queue.url],
        ],
      );
      const texts = Object.fromEntries(reported.map((f) => [f.failedAction, f.errorMessage]));
      assert.match(texts["SqsAction"] ?? "", /Error Code: QueueDoesNotExist;/);
      assert.match(texts["DynamoDBv2Action"] ?? "", /Error Code: AccessDeniedException;/);
      const session = powerless.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/");
      assert.ok(texts["DynamoDBv2Action"]?.includes(`${session}/iot`), texts["DynamoDBv2Action"]);

      assert.deepEqual(
        since(mark)
          .slice(1)
          .map((event) => [event.kind, "traceId" in event && event.traceId]),
        [
          ["rule-matched", traceId],
          ["action-failed", traceId],
          ["action-failed", traceId],
          ["error-action-succeeded", traceId],
        ],
      );
      assert.deepEqual(world.iot.metrics()[name], {
        TopicMatch: 1,
        ParseError: 0,
        RuleMessageThrottled: 0,
        Success: 0,
        Failure: 2,
        ErrorActionSuccess: 1,
        ErrorActionFailure: 0,
      });
    });

    it("still runs its other actions", async () => {
      const failures = await queueWithRole();
      const good = await queueWithRole();
      const gone = await queueWithRole();
      await gone.queue.delete();
      const name = nextName("rule");
      await world.iot.addRule({
        ...plain,
        name,
        sql: "SELECT * FROM 'half'",
        sqs: [sqs(gone.queue, gone.roleArn), sqs(good.queue, good.roleArn)],
        errorAction: { sqs: sqs(failures.queue, failures.roleArn) },
      });
      await world.publish("half", { a: 1 });
      assert.deepEqual(await good.queue.drain(), ['{"a":1}']);
      const [envelope = "{}"] = await failures.queue.drain();
      assert.equal((JSON.parse(envelope) as Envelope).failures.length, 1);
    });

    it("delivers again when its role is allowed to", async () => {
      const { queue } = await queueWithRole();
      const roleArn = await world.role([]);
      const failures = await queueWithRole();
      await world.iot.addRule({
        ...plain,
        name: nextName("rule"),
        sql: "SELECT * FROM 'repaired'",
        sqs: [sqs(queue, roleArn)],
        errorAction: { sqs: sqs(failures.queue, failures.roleArn) },
      });
      await world.publish("repaired", { n: 1 });
      await world.allow(roleArn, [send(queue)]);
      await world.publish("repaired", { n: 2 });
      assert.deepEqual(await queue.drain(), ['{"n":2}']);
      assert.equal((await failures.queue.drain()).length, 1);
    });

    it("reports when the error action fails too", async () => {
      const gone = await queueWithRole();
      await gone.queue.delete();
      const name = nextName("rule");
      await world.iot.addRule({
        ...plain,
        name,
        sql: "SELECT * FROM 'lost'",
        sqs: [sqs(gone.queue, gone.roleArn)],
        errorAction: { sqs: sqs(gone.queue, gone.roleArn) },
      });
      const mark = world.traced.length;
      await world.publish("lost", { a: 1 });
      const last = since(mark).at(-1);
      assert.equal(last?.kind, "error-action-failed");
      const { Failure, ErrorActionFailure } = world.iot.metrics()[name] ?? {};
      assert.deepEqual([Failure, ErrorActionFailure], [1, 1]);
    });
  });

  it("reports SQL errors in the trace only, never to the error action", async () => {
    const { queue, roleArn } = await queueWithRole();
    const failures = await queueWithRole();
    const name = nextName("rule");
    await world.iot.addRule({
      ...plain,
      name,
      sql: "SELECT *, 1 AS one FROM 'unreadable'",
      sqs: [sqs(queue, roleArn)],
      errorAction: { sqs: sqs(failures.queue, failures.roleArn) },
    });
    const mark = world.traced.length;
    await world.publish("unreadable", "no JSON");
    const failed = since(mark).filter(({ kind }) => kind === "rule-failed");
    assert.equal(failed.length, 1);
    assert.deepEqual([await queue.drain(), await failures.queue.drain()], [[], []]);
    assert.equal(world.iot.metrics()[name]?.ParseError, 1);
  });

  describe("Basic Ingest", () => {
    it("reaches only the rule that it names, regardless of its FROM clause", async () => {
      const { queue, roleArn } = await queueWithRole();
      const [named, other] = [nextName("rule"), nextName("rule")];
      const sql = "SELECT topic() AS topic, topic(2) AS device FROM 'some/where'";
      await world.iot.addRule({ ...plain, name: named, sql, sqs: [sqs(queue, roleArn)] });
      await world.iot.addRule({
        ...plain,
        name: other,
        sql: "SELECT * FROM '#'",
        sqs: [sqs(queue, roleArn)],
      });
      await world.publish(`$aws/rules/${named}/devices/sensor-1`, {});
      assert.deepEqual(await queue.drain(), ['{"topic":"devices/sensor-1","device":"sensor-1"}']);
    });

    it("is dropped when it names no rule", async () => {
      const mark = world.traced.length;
      await world.publish("$aws/rules/nobody/x", {});
      assert.deepEqual(
        since(mark).map(({ kind }) => kind),
        ["published"],
      );
    });
  });

  describe("when it is replaced", () => {
    it("continues with its new statement and actions, and with its metrics", async () => {
      const [old, fresh] = [await queueWithRole(), await queueWithRole()];
      const name = nextName("rule");
      const before = { ...plain, name, sql: "SELECT 1 AS v FROM 'before'" };
      const now = { ...plain, name, sql: "SELECT 2 AS v FROM 'now'" };
      const { arn } = await world.iot.addRule({ ...before, sqs: [sqs(old.queue, old.roleArn)] });
      await world.publish("before", {});
      assert.deepEqual(
        await world.iot.replaceRule({ ...now, sqs: [sqs(fresh.queue, fresh.roleArn)] }),
        { arn },
      );
      await world.publish("before", {});
      await world.publish("now", {});
      assert.deepEqual(await old.queue.drain(), ['{"v":1}']);
      assert.deepEqual(await fresh.queue.drain(), ['{"v":2}']);
      assert.equal(world.iot.metrics()[name]?.Success, 2);
    });

    it("stays unchanged if the new one is rejected", async () => {
      const { queue, roleArn } = await queueWithRole();
      const inputs = { ...plain, name: nextName("rule"), sql: "SELECT * FROM 'kept'" };
      await world.iot.addRule({ ...inputs, sqs: [sqs(queue, roleArn)] });
      await assert.rejects(world.iot.replaceRule({ ...inputs, sql: "SELECT" }));
      await world.publish("kept", { a: 1 });
      assert.deepEqual(await queue.drain(), ['{"a":1}']);
    });

    it("neither loses nor duplicates a message under load", async () => {
      const { queue, roleArn } = await queueWithRole();
      const inputs = { ...plain, name: nextName("rule"), sql: "SELECT n FROM 'busy'" };
      const actions = { sqs: [sqs(queue, roleArn)] };
      await world.iot.addRule({ ...inputs, ...actions });
      const numbers = Array.from({ length: 60 }, (_, n) => n);
      await Promise.all([
        ...numbers.map((n) => world.device.publishAsync("busy", JSON.stringify({ n }), { qos: 1 })),
        ...[1, 2, 3].map(() => world.iot.replaceRule({ ...inputs, ...actions })),
      ]);
      await world.iot.idle();
      const got: number[] = [];
      for (let bodies = await queue.drain(); bodies.length > 0; bodies = await queue.drain())
        got.push(...bodies.map((body) => (JSON.parse(body) as { n: number }).n));
      assert.deepEqual(
        got.sort((a, b) => a - b),
        numbers,
      );
    });

    it("has to exist", async () => {
      const inputs = { ...plain, name: "nobody", sql: "SELECT * FROM 'a'" };
      const message = "There is no rule nobody; add it first.";
      await assert.rejects(world.iot.replaceRule(inputs), { message });
      assert.throws(() => world.iot.removeRule("nobody"), { message });
      assert.throws(() => world.iot.setRuleEnabled("nobody", true), { message });
    });
  });

  it("does nothing once it is removed, and leaves its name free", async () => {
    const { queue, roleArn } = await queueWithRole();
    const inputs = { ...plain, name: nextName("rule"), sql: "SELECT * FROM 'removed'" };
    const actions = { sqs: [sqs(queue, roleArn)] };
    await world.iot.addRule({ ...inputs, ...actions });
    world.iot.removeRule(inputs.name);
    await world.publish("removed", { a: 1 });
    assert.deepEqual(await queue.drain(), []);
    assert.equal(inputs.name in world.iot.metrics(), false);
    await world.iot.addRule({ ...inputs, ...actions });
    await world.publish("removed", { a: 2 });
    assert.deepEqual(await queue.drain(), ['{"a":2}']);
  });

  it("does nothing while it is disabled", async () => {
    const { queue, roleArn } = await queueWithRole();
    const name = nextName("rule");
    const sql = "SELECT * FROM 'disabled'";
    await world.iot.addRule({ ...plain, name, sql, sqs: [sqs(queue, roleArn)] });
    world.iot.setRuleEnabled(name, false);
    await world.publish("disabled", { a: 1 });
    world.iot.setRuleEnabled(name, true);
    await world.publish("disabled", { a: 2 });
    assert.deepEqual(await queue.drain(), ['{"a":2}']);
    assert.equal(world.iot.metrics()[name]?.TopicMatch, 1);
  });

  it("receives a message once, regardless of the number of subscribers", async () => {
    const { queue, roleArn } = await queueWithRole();
    const name = nextName("rule");
    const sql = "SELECT * FROM 'once/+'";
    await world.iot.addRule({ ...plain, name, sql, sqs: [sqs(queue, roleArn)] });
    await world.device.subscribeAsync(["once/#", "once/+", "once/1"], { qos: 1 });
    await world.publish("once/1", { a: 1 });
    assert.deepEqual(await queue.drain(), ['{"a":1}']);
    assert.equal(world.iot.metrics()[name]?.TopicMatch, 1);
    await world.device.unsubscribeAsync(["once/#", "once/+", "once/1"]);
  });

  describe("when it is added", () => {
    const refused: [what: string, trust: object][] = [
      ["trusts another rule only", trustIot("another")],
      ["trusts rules of another account only", trustIot("*", "210987654321")],
      ["trusts another service", lambdaTrust()],
    ];
    for (const [what, trust] of refused)
      it(`is refused if its role ${what}`, async () => {
        const queue = await world.queue();
        const roleArn = await world.role([send(queue)], trust);
        const name = nextName("rule");
        const inputs = { ...plain, name, sql: "SELECT * FROM 'a'", sqs: [sqs(queue, roleArn)] };
        await assert.rejects(world.iot.addRule(inputs), {
          name: "AccessDenied",
          message:
            /^The trust policy of the role refuses: iot\.amazonaws\.com asks for sts:AssumeRole/,
        });
        assert.equal(name in world.iot.metrics(), false);
      });

    it("is refused if the role of its error action does not trust it", async () => {
      const { queue, roleArn } = await queueWithRole();
      const wrong = await world.role([send(queue)], trustIot("another"));
      await assert.rejects(
        world.iot.addRule({
          ...plain,
          name: nextName("rule"),
          sql: "SELECT * FROM 'a'",
          sqs: [sqs(queue, roleArn)],
          errorAction: { sqs: sqs(queue, wrong) },
        }),
        { name: "AccessDenied" },
      );
    });

    it("is refused if its role does not exist", async () => {
      const queue = await world.queue();
      const roleArn = "arn:aws:iam::123456789012:role/nobody";
      const inputs = { ...plain, name: nextName("rule"), sql: "SELECT * FROM 'a'" };
      await assert.rejects(world.iot.addRule({ ...inputs, sqs: [sqs(queue, roleArn)] }), {
        name: "NoSuchEntityException",
      });
    });

    it("checks the current trust policy", async () => {
      const { queue, roleArn } = await queueWithRole();
      const name = nextName("rule");
      const inputs = { ...plain, name, sql: "SELECT * FROM 'a'", sqs: [sqs(queue, roleArn)] };
      await world.trust(roleArn, trustIot("another"));
      await assert.rejects(world.iot.addRule(inputs), { name: "AccessDenied" });
      await world.trust(roleArn, trustIot(name));
      await world.iot.addRule(inputs);
      await world.trust(roleArn, trustIot("another"));
      await assert.rejects(world.iot.addRule(inputs), { name: "AccessDenied" });
    });

    it("is refused with a name in use", async () => {
      const inputs = { ...plain, name: nextName("rule"), sql: "SELECT * FROM 'a'" };
      assert.deepEqual(await world.iot.addRule(inputs), {
        arn: `arn:aws:iot:eu-central-1:123456789012:rule/${inputs.name}`,
      });
      await assert.rejects(world.iot.addRule(inputs), {
        message: `There is a rule ${inputs.name} already; choose another name.`,
      });
    });
  });

  describe("on an account with errors", () => {
    /** The account behind a door that answers some requests itself. */
    async function falteringAccount(answer: (target: string) => number | undefined) {
      async function pass(
        request: http.IncomingMessage,
        response: http.ServerResponse,
      ): Promise<void> {
        const { method = "", url: path = "", rawHeaders: headers } = request;
        const body = await buffer(request);
        const answered = await sendOn(world.clients.account, { method, path, headers, body });
        response.writeHead(answered.status, answered.headers).end(answered.body);
      }
      const server = http.createServer((request, response) => {
        const status = answer(String(request.headers["x-amz-target"] ?? ""));
        if (status === 0) return request.socket.destroy();
        if (status) return response.writeHead(status, { "x-amzn-errortype": "Slow" }).end("{}");
        return void pass(request, response).catch(() => request.socket.destroy());
      });
      const { port, close } = await listen(server);
      const account = { ...world.clients.account, endpoint: `http://127.0.0.1:${port}` };
      const clients = createClients(account);
      const iot = await startIotCore({ clients, trace: createTrace() });
      iot.addDevicePolicy(openPolicy);
      const credentials = await iot.addThing("sensor-1", ["open"]);
      const device = await connect(iot.mqttUrl, "sensor-1", identity(credentials));
      return {
        iot,
        async publish(payload: object): Promise<void> {
          await device.publishAsync("a", JSON.stringify(payload), { qos: 1 });
          await iot.idle();
        },
        async end(): Promise<void> {
          await device.endAsync();
          await iot.stop();
          clients.destroy();
          await close();
        },
      };
    }

    for (const [what, status] of [
      ["a service that is unwell", 503],
      ["throttling", 429],
      ["a connection that breaks", 0],
    ] as const)
      it(`retries after ${what}`, async () => {
        const { queue, roleArn } = await queueWithRole();
        let left = 2;
        const faltering = await falteringAccount((target) =>
          target.endsWith("SendMessage") && left-- > 0 ? status : undefined,
        );
        const name = nextName("rule");
        const inputs = { ...plain, name, sql: "SELECT * FROM 'a'", sqs: [sqs(queue, roleArn)] };
        await faltering.iot.addRule(inputs);
        await faltering.publish({ a: 1 });
        assert.deepEqual(await queue.drain(), ['{"a":1}']);
        assert.equal(faltering.iot.metrics()[name]?.Success, 1);
        await faltering.end();
      });

    it("fails after three attempts, and after one for permanent errors", async () => {
      const { queue, roleArn } = await queueWithRole();
      let attempts = 0;
      let status = 503;
      const faltering = await falteringAccount((target) => {
        if (!target.endsWith("SendMessage")) return undefined;
        attempts += 1;
        return status;
      });
      const inputs = { ...plain, name: nextName("rule"), sql: "SELECT * FROM 'a'" };
      await faltering.iot.addRule({ ...inputs, sqs: [sqs(queue, roleArn)] });
      await faltering.publish({});
      assert.equal(attempts, 3);
      status = 400;
      await faltering.publish({});
      assert.equal(attempts, 4);
      await faltering.end();
    });
  });

  it("processes 64 messages at a time and slows the sender down, so that no backlog grows", async () => {
    const { queue, roleArn } = await queueWithRole();
    const name = nextName("rule");
    await world.iot.addRule({
      ...plain,
      name,
      sql: "SELECT n FROM 'flood'",
      sqs: [sqs(queue, roleArn)],
    });
    // More than the engine takes at a time.
    const numbers = Array.from({ length: 400 }, (_, n) => n);
    await Promise.all(
      numbers.map((n) => world.device.publishAsync("flood", JSON.stringify({ n }), { qos: 1 })),
    );
    await world.iot.idle();
    assert.equal(world.iot.metrics()[name]?.Success, 400);
    const got: number[] = [];
    for (let bodies = await queue.drain(); bodies.length > 0; bodies = await queue.drain())
      got.push(...bodies.map((body) => (JSON.parse(body) as { n: number }).n));
    assert.deepEqual(
      got.sort((a, b) => a - b),
      numbers,
    );
  });
});

function lambdaTrust(): object {
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    ],
  };
}
