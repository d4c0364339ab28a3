"use strict";
// Lambda's Node.js runtime: loads the handler of an archive, then serves the Runtime API until the process ends. Runs on Lambda's
// Node.js, so it is JavaScript and imports nothing but Node's own modules. Results and errors are those of AWS's client.
// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
// https://github.com/aws/aws-lambda-nodejs-runtime-interface-client
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

// Taken before the function can change them.
const { AWS_LAMBDA_RUNTIME_API, LAMBDA_TASK_ROOT, _HANDLER } = process.env;
const [hostname, port] = AWS_LAMBDA_RUNTIME_API.split(":");

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const longestAnswer = 6_291_556;

const named = (name, message, stack) =>
  Object.assign(new Error(message), { name, ...(stack && { stack }) });

const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });

/** Sends a request to the Runtime API; the first waits for an invocation. */
function ask(method, place, body) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { hostname, port, method, path: `/2018-06-01/runtime/${place}`, agent },
      (response) => {
        const chunks = [];
        response.on("data", (chunk) => chunks.push(chunk)).on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode,
            headers: response.headers,
            body: Buffer.concat(chunks).toString(),
          }),
        );
      },
    );
    request.on("error", reject).end(body);
  });
}

/** Loads the handler as Lambda does; its errors have Lambda's names. */
async function load() {
  if (_HANDLER.includes(".."))
    throw named("Runtime.MalformedHandlerName", `'${_HANDLER}' is not a valid handler name.`);
  const { dir, base } = path.parse(_HANDLER);
  const [file, ...names] = base.split(".");
  if (names.length === 0) throw named("Runtime.MalformedHandlerName", "Bad handler");
  const from = path.resolve(LAMBDA_TASK_ROOT, dir, file);
  const found = ["", ".js", ".mjs", ".cjs"].map((end) => from + end).find(isFile);
  if (!found)
    throw named("Runtime.ImportModuleError", `Error: Cannot find module '${path.join(dir, file)}'`);
  const module = await imported(found);
  const handler = pick(module, names) ?? pick(module.default, names);
  if (handler === undefined)
    throw named("Runtime.HandlerNotFound", `${_HANDLER} is undefined or not exported`);
  if (typeof handler !== "function")
    throw named("Runtime.HandlerNotFound", `${_HANDLER} is not a function`);
  // https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
  if (handler.length > 2)
    throw named(
      "Runtime.CallbackHandlerDeprecated",
      `The handler declares ${handler.length} parameters; Lambda's Node.js 24 refuses more than event and context.`,
    );
  return handler;
}

const isFile = (file) => fs.statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
const pick = (from, names) => names.reduce((within, name) => within?.[name], from);

async function imported(file) {
  try {
    return await import(pathToFileURL(file).href);
  } catch (error) {
    if (error instanceof SyntaxError)
      throw named("Runtime.UserCodeSyntaxError", String(error), error.stack);
    if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND")
      throw named("Runtime.ImportModuleError", String(error));
    throw error;
  }
}

function contextOf(headers) {
  const { env } = process;
  const read = (name) => headers[name] && JSON.parse(headers[name]);
  const deadline = Number(headers["lambda-runtime-deadline-ms"]);
  return {
    clientContext: read("lambda-runtime-client-context"),
    identity: read("lambda-runtime-cognito-identity"),
    invokedFunctionArn: headers["lambda-runtime-invoked-function-arn"],
    awsRequestId: headers["lambda-runtime-aws-request-id"],
    tenantId: headers["lambda-runtime-aws-tenant-id"],
    xRayTraceId: headers["lambda-runtime-trace-id"],
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

/** The text of an answer. Throws Lambda's errors for one that has no JSON or is too long. */
function answerOf(result) {
  let text;
  try {
    text = JSON.stringify(result === undefined ? null : result);
  } catch {
    throw named("Runtime.JSONStringifyError", "Unable to stringify response body");
  }
  if (Buffer.byteLength(text ?? "null") > longestAnswer)
    throw named(
      "Function.ResponseSizeTooLarge",
      `Response payload size exceeded maximum allowed payload size (${longestAnswer} bytes).`,
    );
  return text ?? "null";
}

const describe = (error) =>
  error instanceof Error
    ? {
        errorType: error.name,
        errorMessage: error.message,
        trace: error.stack?.split("\n") ?? [],
      }
    : { errorType: typeof error, errorMessage: String(error), trace: [] };

/** The id of the invocation that is under way. */
let current;

/**
 * Ends the output of an invocation by a mark with its id, so that the emulator does not wait for more. The mark is no part of the log
 * (`end_output_at_mark` in local/emulator/amendments.py).
 */
const endOutput = (id) => fs.writeSync(1, `\x04${id}\n`);

async function fail(error, place = `invocation/${current}/error`) {
  const id = current;
  current = undefined;
  const text = JSON.stringify(describe(error));
  process.stderr.write(`ERROR\tInvoke Error\t${text}\n`);
  endOutput(id);
  await ask("POST", place, text);
}

async function succeed(text) {
  const id = current;
  current = undefined;
  endOutput(id);
  await ask("POST", `invocation/${id}/response`, text);
}

/**
 * Fails the invocation that is under way by an error after which the process cannot be used, and ends the process. The emulator starts
 * another one for the next invocation after an error of the Init phase, which AWS's client reports here, too.
 */
function end(error, code) {
  const reported = current === undefined ? Promise.resolve() : fail(error, "init/error");
  void reported.finally(() => process.exit(code));
}
process.on("uncaughtException", (error) => end(error, 129));
process.on("unhandledRejection", (reason) =>
  end(named("Runtime.UnhandledPromiseRejection", String(reason), reason?.stack), 128),
);
process.on("beforeExit", () =>
  end(
    named(
      "Runtime.NodeJsExit",
      "A promise of the handler never settles: nothing is left to wait for.",
    ),
    1,
  ),
);

async function serve() {
  let handler;
  let failure;
  try {
    handler = await load();
  } catch (error) {
    failure = error;
  }
  for (;;) {
    const { status, headers, body } = await ask("GET", "invocation/next");
    if (status !== 200) process.exit(0);
    if (headers["lambda-runtime-trace-id"])
      process.env._X_AMZN_TRACE_ID = headers["lambda-runtime-trace-id"];
    current = headers["lambda-runtime-aws-request-id"];
    // Reported now and not at once, since the emulator would replace the name of an error before the first invocation.
    if (handler === undefined) return end(failure, 1);
    try {
      await succeed(answerOf(await handler(JSON.parse(body), contextOf(headers))));
    } catch (error) {
      if (current !== undefined) await fail(error);
    }
  }
}

void serve();
