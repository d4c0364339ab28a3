import {
  CreateFunctionCommand,
  GetFunctionConfigurationCommand,
  InvokeCommand,
  LambdaClient,
  UpdateFunctionCodeCommand,
} from "@aws-sdk/client-lambda";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { strToU8, zipSync } from "fflate";
import * as assert from "node:assert/strict";
import { createClients, type Clients } from "../../../../local/aws/clients";
import { lambdaNode } from "../../../../local/lambda-node";
import { lambdaRuntime } from "../../../../local/services/lambda";
import { sharedAccount } from "../../../support/account";
import { directory } from "../../../support/emulator";

describe("Functions on Lambda's Node.js runtime", () => {
  let clients: Clients;
  let Role: string;
  let made = 0;
  before(async () => {
    const account = await sharedAccount();
    const { path: node } = await lambdaNode({ directory });
    clients = createClients(account, [lambdaRuntime({ account, node })]);
    const { Role: role } = await clients.get(IAMClient).send(
      new CreateRoleCommand({
        RoleName: "runtime-role",
        AssumeRolePolicyDocument: JSON.stringify({
          Version: "2012-10-17",
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "lambda.amazonaws.com" },
              Action: "sts:AssumeRole",
            },
          ],
        }),
      }),
    );
    Role = role?.Arn ?? "";
  });
  after(() => clients.destroy());

  const zipOf = (files: Record<string, string>): Uint8Array =>
    zipSync(
      Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])),
      { level: 0 },
    );

  async function create(
    files: Record<string, string>,
    Handler = "index.handler",
    settings: { Timeout?: number } = {},
  ): Promise<string> {
    const FunctionName = `runtime-${++made}`;
    await clients.get(LambdaClient).send(
      new CreateFunctionCommand({
        FunctionName,
        Role,
        Handler,
        Runtime: "nodejs24.x",
        MemorySize: 256,
        Timeout: 10,
        Environment: { Variables: { MINE: "1" } },
        Code: { ZipFile: zipOf(files) },
        ...settings,
      }),
    );
    return FunctionName;
  }

  async function invoke(FunctionName: string, event: unknown = {}) {
    const { FunctionError, Payload, LogResult } = await clients
      .get(LambdaClient)
      .send(new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), LogType: "Tail" }));
    return {
      failed: FunctionError !== undefined,
      payload: JSON.parse(Payload?.transformToString() || "null") as unknown,
      log: Buffer.from(LogResult ?? "", "base64").toString(),
    };
  }

  /** The payload of a handler with this body. */
  const result = async (body: string, event?: unknown) =>
    invoke(
      await create({ "index.js": `exports.handler = async (event, context) => { ${body} };` }),
      event,
    );

  /** The error of an invocation, without its stack. */
  async function errorOf(name: string) {
    const { failed, payload } = await invoke(name);
    const { errorType, errorMessage, trace } = payload as Record<string, unknown>;
    assert.ok(failed, `${name} answered ${JSON.stringify(payload)}`);
    assert.ok(Array.isArray(trace));
    return [errorType, errorMessage];
  }

  it("run on the Node.js that Lambda has", async function () {
    const { note } = await lambdaNode({ directory });
    if (note !== undefined) this.skip();
    assert.match(String((await result("return process.version;")).payload), /^v24\./);
  });

  it("have the variables that Lambda sets and their own, and none of the emulator's", async () => {
    const { payload } = await result("return process.env;");
    const { AWS_LAMBDA_FUNCTION_NAME: name = "", ...variables } = payload as Record<string, string>;
    assert.match(name, /^runtime-/);
    assert.match(variables.AWS_ACCESS_KEY_ID ?? "", /^ASIA/);
    assert.match(variables.LAMBDA_TASK_ROOT ?? "", /^\//);
    const { MINE, _HANDLER, AWS_EXECUTION_ENV, AWS_REGION, AWS_LAMBDA_LOG_GROUP_NAME } = variables;
    assert.deepEqual(
      { MINE, _HANDLER, AWS_EXECUTION_ENV, AWS_REGION, AWS_LAMBDA_LOG_GROUP_NAME },
      {
        MINE: "1",
        _HANDLER: "index.handler",
        AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
        AWS_REGION: clients.account.region,
        AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${name}`,
      },
    );
    const known =
      /^(AWS_.*|LAMBDA_TASK_ROOT|_HANDLER|LANG|TZ|PATH|HOME|TMPDIR|PWD|MINE|NODE_(EXTRA_CA_CERTS|NO_WARNINGS))$/;
    assert.deepEqual(
      Object.keys(variables).filter((one) => !known.test(one)),
      [],
    );
  });

  it("receive the event and the context that Lambda provides", async () => {
    const { payload } = await result(
      "return { event, ...context, left: context.getRemainingTimeInMillis() };",
      { n: 1 },
    );
    const { left, awsRequestId, functionName, logStreamName, ...rest } = payload as Record<
      string,
      unknown
    >;
    assert.ok(Number(left) > 0 && Number(left) <= 10_000);
    assert.match(String(awsRequestId), /^[0-9a-f-]{36}$/);
    assert.ok(logStreamName);
    const { region, accountId } = clients.account;
    assert.deepEqual(rest, {
      event: { n: 1 },
      functionVersion: "$LATEST",
      invokedFunctionArn: `arn:aws:lambda:${region}:${accountId}:function:${String(functionName)}`,
      memoryLimitInMB: "256",
      logGroupName: `/aws/lambda/${String(functionName)}`,
    });
  });

  it("stay warm: the next invocation finds what the last one kept", async () => {
    const name = await create({
      "index.js": "let n = 0; exports.handler = async () => ++n;",
    });
    assert.deepEqual([(await invoke(name)).payload, (await invoke(name)).payload], [1, 2]);
  });

  it("answer null for undefined, and may be modules", async () => {
    assert.deepEqual((await result("")).payload, null);
    const module = await create(
      { "lib/a.mjs": "export const handler = async () => import.meta.url.slice(-9);" },
      "lib/a.handler",
    );
    assert.deepEqual((await invoke(module)).payload, "lib/a.mjs");
  });

  it("write what they log to their log, and nothing else", async () => {
    const { log } = await result('console.log("one\\n"); console.error("two\\x04three");');
    assert.equal(log, "one\n\ntwo\x04three");
  });

  it("write a last line that they do not end to the log, and what follows their answer to the next invocation's", async () => {
    const name = await create({
      "index.js": `let last = Promise.resolve();
exports.handler = async (n) => {
  await last;
  process.stdout.write("begun by " + n);
  last = new Promise((done) => setTimeout(() => { console.log("later by " + n); done(); }, 20));
};`,
    });
    assert.equal((await invoke(name, 1)).log, "begun by 1");
    assert.equal((await invoke(name, 2)).log, "later by 1\nbegun by 2");
  });

  it("log thousands of lines, and nothing in the invocation that follows", async () => {
    const name = await create({
      "index.js": `exports.handler = async (n) => { for (let i = 1; i <= n; i += 1) console.log(i); };`,
    });
    assert.equal((await invoke(name, 3000)).log.split("\n").at(-1), "3000");
    assert.equal((await invoke(name, 0)).log, "");
  });

  it("fail with the name, the message and the stack of their error, and go on", async () => {
    const name = await create({
      "index.js": `class Denied extends Error { name = "AccessDenied" }
let calls = 0;
exports.handler = async () => { if (++calls === 1) throw new Denied("no"); return calls; };`,
    });
    const { failed, payload } = await invoke(name);
    const { errorType, errorMessage, trace } = payload as Record<string, unknown>;
    assert.ok(failed);
    assert.deepEqual([errorType, errorMessage], ["AccessDenied", "no"]);
    assert.match((trace as string[])[1] ?? "", /^ {4}at .*index\.js:3/);
    assert.deepEqual(await invoke(name).then(({ payload }) => payload), 2);
  });

  it("fail by what they throw that is no error, and by an answer that has no JSON or is too long", async () => {
    const cases: [string, unknown[]][] = [
      ['throw "a text";', ["string", "a text"]],
      ["return 1n;", ["Runtime.JSONStringifyError", "Unable to stringify response body"]],
      [
        'return "a".repeat(6_291_555);',
        [
          "Function.ResponseSizeTooLarge",
          "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
        ],
      ],
    ];
    for (const [body, expected] of cases)
      assert.deepEqual(
        await errorOf(await create({ "index.js": `exports.handler = async () => { ${body} };` })),
        expected,
      );
  });

  it("fail by errors outside of the handler's promise", async () => {
    const cases: [string, unknown[]][] = [
      [
        'Promise.reject(new Error("lost")); await new Promise((later) => setTimeout(later, 5000));',
        ["Runtime.UnhandledPromiseRejection", "Error: lost"],
      ],
      [
        'setImmediate(() => { throw new RangeError("late"); }); await new Promise((later) => setTimeout(later, 5000));',
        ["RangeError", "late"],
      ],
      [
        "await new Promise(() => undefined);",
        [
          "Runtime.NodeJsExit",
          "A promise of the handler never settles: nothing is left to wait for.",
        ],
      ],
    ];
    for (const [body, expected] of cases) {
      const name = await create({ "index.js": `exports.handler = async () => { ${body} };` });
      assert.deepEqual(await errorOf(name), expected);
      // The next invocation has a process of its own.
      assert.deepEqual(await errorOf(name), expected);
    }
  });

  it("fail by Lambda's names if their handler cannot be loaded", async () => {
    const cases: [Record<string, string>, string, unknown[]][] = [
      [
        { "other.js": "" },
        "index.handler",
        ["Runtime.ImportModuleError", "Error: Cannot find module 'index'"],
      ],
      [
        { "index.js": "exports.other = 1;" },
        "index.handler",
        ["Runtime.HandlerNotFound", "index.handler is undefined or not exported"],
      ],
      [
        { "index.js": "exports.handler = 1;" },
        "index.handler",
        ["Runtime.HandlerNotFound", "index.handler is not a function"],
      ],
      [
        { "index.js": "exports.handler = (event, context, callback) => callback(null, 1);" },
        "index.handler",
        [
          "Runtime.CallbackHandlerDeprecated",
          "The handler declares 3 parameters; Lambda's Node.js 24 refuses more than event and context.",
        ],
      ],
      [
        { "index.js": 'throw new TypeError("at once");' },
        "index.handler",
        ["TypeError", "at once"],
      ],
      [
        { "index.js": "exports.handler = async () => { return };};" },
        "index.handler",
        ["Runtime.UserCodeSyntaxError", "SyntaxError: Unexpected token '}'"],
      ],
      [
        { "index.js": 'require("absent");' },
        "index.handler",
        ["Runtime.ImportModuleError", /^Error: Cannot find module 'absent'/],
      ],
    ] as never;
    for (const [files, handler, [type, message]] of cases) {
      const [errorType, errorMessage] = await errorOf(await create(files, handler));
      assert.equal(errorType, type);
      if (message instanceof RegExp) assert.match(String(errorMessage), message);
      else assert.equal(errorMessage, message);
    }
  });

  it("end when their time is over", async () => {
    const name = await create(
      { "index.js": "exports.handler = () => new Promise((later) => setTimeout(later, 60_000));" },
      "index.handler",
      { Timeout: 1 },
    );
    const { failed, payload } = await invoke(name);
    assert.ok(failed);
    assert.deepEqual(payload, {
      errorMessage: "Task timed out after 1.00 seconds",
      errorType: "Sandbox.Timedout",
    });
  });

  it("take new code, and keep the name of their runtime", async () => {
    const name = await create({ "index.js": "exports.handler = async () => 1;" });
    const lambda = clients.get(LambdaClient);
    assert.equal((await invoke(name)).payload, 1);
    const updated = await lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName: name,
        ZipFile: zipOf({ "index.js": "exports.handler = async () => 2;" }),
      }),
    );
    assert.equal((await invoke(name)).payload, 2);
    const read = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
    assert.deepEqual([updated.Runtime, read.Runtime], ["nodejs24.x", "nodejs24.x"]);
  });
});
