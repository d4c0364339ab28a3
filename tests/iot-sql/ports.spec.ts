import * as assert from "node:assert/strict";
import { compile, type Ports, prepareTemplate } from "../../iot-sql";
import { match, messageOf, NOW, problemsOf, type Seen, seen, statementOf } from "./evaluation";

const role = "arn:aws:iam::123456789012:role/reader";

async function evaluated(items: string, ports: Ports, payload: unknown = {}): Promise<Seen> {
  const compiled = compile(statementOf(`SELECT ${items} FROM 'a'`), ports);
  assert.ok(compiled.ok, JSON.stringify(compiled));
  return seen(await compiled.evaluate(messageOf(payload)));
}

const failed = (message: string): Seen => ({
  matched: false,
  error: { kind: "evaluation", message },
});

/** A port that notes what it is asked and answers each time the same. */
function port<Answer>(answer: Answer) {
  const requests: unknown[] = [];
  return {
    requests,
    ask: async (request: unknown): Promise<Answer> => {
      requests.push(request);
      return answer;
    },
  };
}

describe("iot-sql functions that call out", () => {
  const calls: readonly [call: string, name: string][] = [
    ["aws_lambda('arn:f', *)", "aws_lambda"],
    [`get_thing_shadow('t', '${role}')`, "get_thing_shadow"],
    [`get_dynamodb('t', 'k', a, '${role}')`, "get_dynamodb"],
    [`get_secret('s', 'SecretString', '${role}')`, "get_secret"],
    [`get_registry_data('DescribeThing', 't', '${role}')`, "get_registry_data"],
    [`machinelearning_predict('m', '${role}', *)`, "machinelearning_predict"],
    ["decode(*, 'proto', 'b', 'k', 'f', 't')", "decode"],
  ];
  for (const [call, name] of calls) {
    it(`refuses ${name} by name and place where it has no port`, () => {
      assert.deepEqual(problemsOf(`SELECT a, ${call} AS v FROM 'a'`), [
        {
          code: "no-port",
          severity: "error",
          message: `Function '${name}' calls out of the rules engine, and there is no port for it.`,
          line: 1,
          column: 11,
        },
      ]);
    });
  }

  it("evaluates a statement without calls of ports synchronously, whatever ports are given", () => {
    const compiled = compile(statementOf("SELECT a FROM 'a'"), { awsLambda: port(1).ask });
    assert.ok(compiled.ok);
    assert.deepEqual(seen(compiled.evaluate(messageOf({ a: 1 })) as never), match({ a: 1 }));
  });

  it("aws_lambda gives a function its input, and what it returns (page iot-sql-functions)", async () => {
    const { ask, requests } = port({ some: { value: 2 } });
    const arn = "arn:aws:lambda:us-east-1:123456789012:function:f";
    const items = `aws_lambda('${arn}', {'payload': attribute1}).some.value as output`;
    const outcome = await evaluated(items, { awsLambda: ask }, { attribute1: 21 });
    assert.deepEqual(outcome, match({ output: 2 }));
    assert.deepEqual(requests, [{ functionArn: arn, input: { payload: 21 } }]);
  });

  it("aws_lambda takes the whole message by *", async () => {
    const { ask, requests } = port(null);
    const outcome = await evaluated("aws_lambda('f', *) AS v", { awsLambda: ask }, { a: [1] });
    assert.deepEqual(outcome, match({ v: null }));
    assert.deepEqual(requests, [{ functionArn: "f", input: { a: [1] } }]);
  });

  it("get_thing_shadow reads the classic shadow and named ones, also in WHERE", async () => {
    const { ask, requests } = port({ state: { reported: { alarm: "ON" } } });
    const shadow = (name: string): string =>
      `get_thing_shadow('MyThing',${name}'${role}').state.reported.alarm`;
    const compiled = compile(
      statementOf(
        `SELECT * FROM 'topic/subtopic' WHERE ${shadow("")} = 'ON' AND ${shadow("'MyThingShadow',")} = 'ON'`,
      ),
      { getThingShadow: ask },
    );
    assert.ok(compiled.ok);
    assert.deepEqual(seen(await compiled.evaluate(messageOf({ a: 1 }))), match({ a: 1 }));
    assert.deepEqual(requests, [
      { thingName: "MyThing", roleArn: role },
      { thingName: "MyThing", shadowName: "MyThingShadow", roleArn: role },
    ]);
  });

  it("get_dynamodb reads an item by one key or two, and nothing where there is none", async () => {
    const item = port({ location: "Oslo" });
    const one = `*, get_dynamodb('InServiceDevices', 'deviceId', id, '${role}').location AS location`;
    assert.deepEqual(
      await evaluated(one, { getDynamodb: item.ask }, { id: "d1" }),
      match({ id: "d1", location: "Oslo" }),
    );
    const none = port(undefined);
    const two = `get_dynamodb('t', 'id', id, 'n', 5, '${role}') AS v`;
    assert.deepEqual(await evaluated(two, { getDynamodb: none.ask }, { id: "d1" }), match({}));
    assert.deepEqual(
      [...item.requests, ...none.requests],
      [
        { tableName: "InServiceDevices", key: { deviceId: "d1" }, roleArn: role },
        { tableName: "t", key: { id: "d1", n: 5 }, roleArn: role },
      ],
    );
  });

  it("get_dynamodb ends the rule for more than 8 KB, and is not asked without a key", async () => {
    const { ask, requests } = port({ a: "x".repeat(8 * 1024) });
    const call = `get_dynamodb('t', 'id', id, '${role}') AS v`;
    assert.deepEqual(
      await evaluated(call, { getDynamodb: ask }, { id: 1 }),
      failed("get_dynamodb found more than 8 KB."),
    );
    assert.deepEqual(await evaluated(call, { getDynamodb: ask }), match({}));
    assert.equal(requests.length, 1);
  });

  describe("get_secret", () => {
    const json = { secretString: '{"API_KEY_VALUE":"k","other":1}' };
    const rows: readonly [what: string, args: string, secret: object, outcome: Seen][] = [
      ["a key of a JSON secret", "'SecretString', 'API_KEY_VALUE'", json, match({ v: "k" })],
      [
        "the whole of a JSON secret",
        "'SecretString'",
        json,
        match({ v: { API_KEY_VALUE: "k", other: 1 } }),
      ],
      ["a secret of plain text", "'SecretString'", { secretString: "t" }, match({ v: "t" })],
      ["a binary secret", "'SecretBinary'", { secretBinary: "aGk=" }, match({ v: "aGk=" })],
      [
        "a key of plain text, which fails",
        "'SecretString', 'k'",
        { secretString: "t" },
        failed("A key was asked of a secret that has none."),
      ],
      [
        "a key of a binary secret, which fails",
        "'SecretBinary', 'k'",
        { secretBinary: "aGk=" },
        failed("A key was asked of a secret that has none."),
      ],
      [
        "what a secret does not have, which fails",
        "'SecretBinary'",
        json,
        failed("The secret has no SecretBinary."),
      ],
    ];
    for (const [what, args, secret, outcome] of rows) {
      it(`gives ${what}`, async () => {
        const { ask, requests } = port(secret);
        const call = `get_secret('API_KEY', ${args}, '${role}') AS v`;
        assert.deepEqual(await evaluated(call, { getSecret: ask }), outcome);
        assert.deepEqual(requests, [{ secretId: "API_KEY", roleArn: role }]);
      });
    }

    it("fills a template, as in the header of an HTTP action", async () => {
      const text = `\${get_secret('API_KEY', 'SecretString', 'API_KEY_VALUE', '${role}')}!`;
      const template = prepareTemplate(text, { ports: { getSecret: port(json).ask } });
      assert.ok(template.ok);
      assert.deepEqual(await template.render(messageOf({})), { ok: true, text: "k!" });
    });
  });

  it("get_registry_data asks one of two APIs", async () => {
    const { ask, requests } = port({ attributes: { limit: "9" } });
    const call = `get_registry_data('DescribeThing', topic(2), '${role}').attributes.limit AS v`;
    assert.deepEqual(await evaluated(call, { getRegistryData: ask }), match({ v: "9" }));
    assert.deepEqual(requests, [{ api: "DescribeThing", thingName: "d1", roleArn: role }]);
  });

  it("machinelearning_predict gets a record of one level (page iot-sql-functions)", async () => {
    const { ask, requests } = port({ predictedLabel: "1" });
    const call = `machinelearning_predict('m', '${role}', *) AS v`;
    const payload = { key1: { innerKey1: "value1" }, key2: 0 };
    const outcome = await evaluated(call, { machinelearningPredict: ask }, payload);
    assert.deepEqual(outcome, match({ v: { predictedLabel: "1" } }));
    assert.deepEqual(requests, [
      { modelId: "m", roleArn: role, record: { key1: '{"innerKey1":"value1"}', key2: 0 } },
    ]);
  });

  it("decode of protobuf gets the payload's bytes, or those in base64 (page binary-payloads)", async () => {
    const { ask, requests } = port({ name: "n" });
    const descriptor = "'proto', 'bucket', 'a.desc', 'a', 'Person'";
    const bytes = Buffer.from([8, 150, 1]);
    const ports = { decodeProtobuf: ask };
    assert.deepEqual(
      await evaluated(`VALUE decode(*, ${descriptor})`, ports, bytes),
      match({ name: "n" }),
    );
    const encoded = { p: bytes.toString("base64"), q: "%" };
    assert.deepEqual(
      await evaluated(
        `decode(p, ${descriptor}).name AS v, decode(q, ${descriptor}) AS w`,
        ports,
        encoded,
      ),
      match({ v: "n" }),
    );
    const request = { bucket: "bucket", key: "a.desc", file: "a", type: "Person" };
    assert.deepEqual(requests, [
      { bytes, ...request },
      { bytes, ...request },
    ]);
  });

  it("is evaluated once in a variable of SET, wherever that is used", async () => {
    const { ask, requests } = port({ sensor_id: "s", reading: 101 });
    const decoding =
      "decode(encode(*, 'base64'), 'proto', 'schema', 'schema.desc', 'message.proto', 'Message')";
    const compiled = compile(
      statementOf(
        `SET @decoded_data = ${decoding} SELECT @decoded_data.sensor_id, @decoded_data.reading FROM 'device/protobuf' WHERE @decoded_data.reading > 100`,
      ),
      { decodeProtobuf: ask },
    );
    assert.ok(compiled.ok);
    assert.deepEqual(
      seen(await compiled.evaluate(messageOf(Buffer.from([1])))),
      match({ sensor_id: "s", reading: 101 }),
    );
    assert.equal(requests.length, 1);
  });

  it("is called once a place and row, with what other calls and chance gave it", async () => {
    const inputs: unknown[] = [];
    const awsLambda = async ({ input }: { input: unknown }): Promise<number> => inputs.push(input);
    const items =
      "newuuid() AS id, timestamp() AS t, aws_lambda('f', newuuid()) AS a, " +
      "(SELECT VALUE aws_lambda('g', {'n': n, 'u': newuuid()}) FROM e) AS b, aws_lambda('h', aws_lambda('i', rand())) AS c";
    const outcome = await evaluated(items, { awsLambda }, { e: [{ n: 1 }, { n: 2 }] });
    assert.ok(outcome.matched);
    const { id, t, ...rest } = outcome.output as { id: string; t: number };
    assert.deepEqual(rest, { a: 1, b: [2, 3], c: 5 });
    assert.equal(t, NOW);
    assert.equal(new Set([id, inputs[0]]).size, 2);
    assert.deepEqual(
      inputs.map((input) =>
        typeof input === "object" ? (input as { n: number }).n : typeof input,
      ),
      ["string", 1, 2, "number", "number"],
    );
    assert.equal(inputs[4], 4);
  });

  it("has one clock for all passes", async () => {
    const compiled = compile(
      statementOf("SELECT timestamp() = aws_lambda('f', timestamp()) AS same FROM 'a'"),
      { awsLambda: async ({ input }) => input },
    );
    assert.ok(compiled.ok);
    const message = { topic: "a", payload: Buffer.from("{}") };
    assert.deepEqual(seen(await compiled.evaluate(message)), match({ same: true }));
  });

  it("ends the evaluation where a port fails, with its reason", async () => {
    const awsLambda = async (): Promise<never> => {
      throw new Error("Rate exceeded.");
    };
    assert.deepEqual(
      await evaluated("aws_lambda('f', 1) AS v", { awsLambda }),
      failed("Rate exceeded."),
    );
    const odd = async (): Promise<never> => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error
      throw "odd";
    };
    assert.deepEqual(await evaluated("aws_lambda('f', 1) AS v", { awsLambda: odd }), failed("odd"));
  });

  it("goes on with the default of get_or_default where a port fails", async () => {
    const awsLambda = async (): Promise<never> => {
      throw new Error("Rate exceeded.");
    };
    const items =
      "get_or_default(aws_lambda('f', 1), 'none') AS v, get_or_default(aws_lambda('f', 1)) AS w";
    assert.deepEqual(await evaluated(items, { awsLambda }), match({ v: "none" }));
  });

  it("takes only JSON from a port", async () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    for (const answer of [circular, () => 1, Symbol("s")]) {
      const outcome = await evaluated("aws_lambda('f', 1) AS v", {
        awsLambda: port(answer as never).ask,
      });
      assert.equal(outcome.matched, false);
      assert.equal(outcome.error?.kind, "evaluation");
    }
  });

  it("calls out a hundred times for one message, and no more", async () => {
    const { ask, requests } = port(1);
    const items = "(SELECT VALUE aws_lambda('f', n) FROM e) AS v";
    const rows = (count: number): unknown => ({
      e: Array.from({ length: count }, () => ({ n: 1 })),
    });
    assert.equal((await evaluated(items, { awsLambda: ask }, rows(100))).matched, true);
    assert.deepEqual(
      await evaluated(items, { awsLambda: ask }, rows(101)),
      failed("The statement calls out more than 100 times."),
    );
    assert.equal(requests.length, 200);
  });

  it("is not called with arguments that are none", async () => {
    const { ask, requests } = port(1);
    const ports = {
      awsLambda: ask,
      getRegistryData: ask,
      getThingShadow: ask,
      getSecret: ask,
      machinelearningPredict: ask,
    } as unknown as Ports;
    const items = [
      "aws_lambda('f', missing)",
      "aws_lambda(missing, 1)",
      `get_thing_shadow(missing, '${role}')`,
      `get_thing_shadow('t', missing, '${role}')`,
      `get_registry_data('DescribeThing', missing, '${role}')`,
      `get_secret(missing, 'SecretString', '${role}')`,
      `machinelearning_predict('m', '${role}', 1)`,
    ].map((call, index) => `${call} AS v${index}`);
    assert.deepEqual(await evaluated(items.join(", "), ports), match({}));
    assert.deepEqual(requests, []);
  });

  describe("in templates", () => {
    const statement = statementOf("SET @a = aws_lambda('f', 1), @b = @a, @c = 1 SELECT * FROM 'a'");

    it("waits for what its variables call", async () => {
      const template = prepareTemplate("${@b}", { statement, ports: { awsLambda: port(7).ask } });
      assert.ok(template.ok);
      assert.deepEqual(await template.render(messageOf({})), { ok: true, text: "7" });
    });

    it("refuses a variable that calls out without a port, and no other", () => {
      const template = prepareTemplate("${@c}-${@b}", { statement });
      assert.ok(!template.ok);
      assert.deepEqual(
        template.problems.map(({ column, message }) => [column, message]),
        [[9, "@b calls out of the rules engine, and there is no port for it."]],
      );
      const other = prepareTemplate("${@c}", { statement });
      assert.ok(other.ok);
      assert.deepEqual(other.render(messageOf({})), { ok: true, text: "1" });
    });
  });
});
