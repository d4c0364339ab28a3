import * as assert from "node:assert/strict";
import { sqlCalls } from "../../../policies/stack/sql-calls";
import { unknown } from "../../support/policy";
import { stackIn } from "./stack-in";

const where = { partition: "aws-cn", region: "cn-north-1", account: "123456789012" };
const arn = (service: string, resource: string) =>
  `arn:aws-cn:${service}:cn-north-1:123456789012:${resource}`;
const callsOf = async (inputs: Record<string, unknown>) => {
  const [rule] = (await stackIn({ type: "aws:iot/topicRule:TopicRule", inputs })).resources;
  assert.ok(rule);
  return sqlCalls(rule);
};
/** Place, what it says, kind, role, and calls. */
const seen = async (inputs: Record<string, unknown>) =>
  (await callsOf(inputs)).map((call) => [
    call.place.path,
    call.place.text(),
    call.kind ?? "no kind",
    "role" in call ? call.role?.text() : "no role",
    call.uses?.(where)?.map((use) => `${use.action} ${use.arn}`) ?? "no uses",
  ]);
const inSql = (expression: string) => seen({ sql: `SELECT ${expression} AS value FROM 'a/#'` });
const secret = (name: string) =>
  ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"].map(
    (action) => `${action} ${name}`,
  );

describe("The calls in the SQL of a topic rule", () => {
  for (const [expression, place, kind, role, uses] of [
    ["aws_lambda('f', *)", "f", "function", "no role", "no uses"],
    ["AWS_Lambda('f', *)", "f", "function", "no role", "no uses"],
    [
      "get_dynamodb('t', 'k', v, 'r').a",
      "t",
      "no kind",
      "r",
      [`dynamodb:GetItem ${arn("dynamodb", "table/t")}`],
    ],
    [
      "get_dynamodb(topic(2), 'k', v, 'r')",
      "(computed)",
      "no kind",
      "r",
      [`dynamodb:GetItem ${arn("dynamodb", "table/table")}`],
    ],
    [
      "get_dynamodb('t', 'k', v, role)",
      "t",
      "no kind",
      "(computed)",
      [`dynamodb:GetItem ${arn("dynamodb", "table/t")}`],
    ],
    [
      "get_dynamodb(7, 'k', v, 'r')",
      "(computed)",
      "no kind",
      "r",
      [`dynamodb:GetItem ${arn("dynamodb", "table/table")}`],
    ],
    [
      "get_registry_data('DescribeThing', 'c', 'r')",
      "DescribeThing",
      "no kind",
      "r",
      [`iot:DescribeThing ${arn("iot", "thing/c")}`],
    ],
    [
      "get_registry_data(a, clientid(), 'r')",
      "(computed)",
      "no kind",
      "r",
      [`iot:DescribeThing ${arn("iot", "thing/thing")}`],
    ],
    [
      "get_secret('s', 'SecretString', 'k', 'r')",
      "s",
      "no kind",
      "r",
      secret(arn("secretsmanager", "secret:s-AbCdEf")),
    ],
    [
      `get_secret('${arn("secretsmanager", "secret:s-123456")}', 'SecretString', 'r')`,
      arn("secretsmanager", "secret:s-123456"),
      "no kind",
      "r",
      secret(arn("secretsmanager", "secret:s-123456")),
    ],
    [
      "get_secret(a, 'SecretString', 'r')",
      "(computed)",
      "no kind",
      "r",
      secret(arn("secretsmanager", "secret:secret-AbCdEf")),
    ],
    [
      "get_thing_shadow('c', 'r')",
      "c",
      "no kind",
      "r",
      [`iot:GetThingShadow ${arn("iot", "thing/c")}`],
    ],
    [
      "get_thing_shadow(clientid(), 'n', 'r')",
      "(computed)",
      "no kind",
      "r",
      [`iot:GetThingShadow ${arn("iot", "thing/thing/n")}`],
    ],
    [
      "machinelearning_predict('m', 'r', *)",
      "m",
      "no kind",
      "r",
      ["machinelearning:Predict", "machinelearning:GetMLModel"].map(
        (action) => `${action} ${arn("machinelearning", "mlmodel/m")}`,
      ),
    ],
    [
      "machinelearning_predict(a, 'r', *)",
      "(computed)",
      "no kind",
      "r",
      ["machinelearning:Predict", "machinelearning:GetMLModel"].map(
        (action) => `${action} ${arn("machinelearning", "mlmodel/model")}`,
      ),
    ],
  ] as [string, string, string, string, string[] | string][])
    it(`are those of ${expression}`, async () =>
      assert.deepEqual(await inSql(expression), [["sql", place, kind, role, uses]]));

  it("are found beside a null", async () => {
    const sql = "SELECT get_thing_shadow('c', 'r') AS a, null AS b FROM 'a' WHERE d = null";
    assert.deepEqual(
      (await seen({ sql })).map(([, name]) => name),
      ["c"],
    );
  });

  it("are found at any depth, in a condition too", async () => {
    const sql =
      "SELECT upper(get_thing_shadow('a', 'r').x) AS a FROM 'a' WHERE get_thing_shadow('b', 'r').x = 1";
    assert.deepEqual(
      (await seen({ sql })).map(([, name]) => name),
      ["a", "b"],
    );
    assert.deepEqual(
      (await inSql("aws_lambda('f', aws_lambda('g', *))")).map(([, name]) => name),
      ["f", "g"],
    );
  });

  for (const [what, inputs] of Object.entries<Record<string, unknown>>({
    "no SQL": {},
    "SQL that is not known yet": { sql: unknown },
    "other functions": { sql: "SELECT upper(predict) AS get_ FROM 'a'" },
    "the name of a member of an object": { sql: "SELECT constructor('get_', 'r') AS a FROM 'a'" },
    "an error": { sql: "SELECT get_thing_shadow('a', 'r' FROM" },
    "a string like a template": { sql: "SELECT '${get_thing_shadow(a, b)}' AS a FROM 'a'" },
    "a string with a call": { sql: "SELECT '${get_thing_shadow(''a'', ''r'')}' AS a FROM 'a'" },
  }))
    it(`are none in ${what}`, async () => assert.deepEqual(await seen(inputs), []));
});

describe("The calls in the templates of a topic rule", () => {
  const template = (name: string, role = "r") => `\${get_thing_shadow('${name}', '${role}').a}`;

  it("have the path of the first template with the same resource and role", async () => {
    const found = await seen({
      sql: "SELECT * FROM 'a'",
      s3: [{ bucketName: "b", key: `${template("a")}/${template("b")}` }],
      kafkas: [
        { topic: template("a"), key: template("a", "s"), partition: 7 },
        { topic: "${aws_lambda('f', *)}" },
      ],
    });
    const uses = (name: string) => [`iot:GetThingShadow ${arn("iot", `thing/${name}`)}`];
    const byName = found.map((one) => one.map(String).join(" | ")).sort();
    assert.deepEqual(
      byName.filter((one) => one.includes("| a | no kind | s")),
      [`kafkas[0].key | a | no kind | s | ${uses("a").join()}`],
    );
    assert.equal(found.length, 4);
    assert.deepEqual(
      byName.filter((one) => one.includes("| b |") || one.includes("| f |")),
      [
        "kafkas[1].topic | f | function | no role | no uses",
        `s3[0].key | b | no kind | r | ${uses("b").join()}`,
      ],
    );
  });

  it("are represented by the first one", async () => {
    const found = await seen({ s3: [{ key: template("a") }, { key: template("a") }] });
    assert.deepEqual(
      found.map(([path]) => path),
      ["s3[0].key"],
    );
  });

  it("are none outside templates, and in the SQL", async () => {
    assert.deepEqual(
      await seen({
        description: "get_thing_shadow('a', 'r')",
        sql: `SELECT '${template("a").replaceAll("'", "''")}' AS a FROM 'a'`,
      }),
      [],
    );
  });
});
