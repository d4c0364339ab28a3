"use strict";
// Runs an archive's handler as Lambda's Node.js runtime does, in a process of its own. Packages come from the archive, AWS's SDK
// from the runtime, and nothing else is there. The only addresses that can be reached are the stand-ins for AWS and for named hosts.
const Module = require("node:module");
const net = require("node:net");
const path = require("node:path");

const [, , folder, handlerPath, settings] = process.argv;
const { awsPort, hosts, context } = JSON.parse(settings);
const isInArchive = (file) => typeof file === "string" && file.startsWith(folder + path.sep);

const resolve = Module._resolveFilename;
Module._resolveFilename = function (request, parent, ...rest) {
  const found = resolve.call(this, request, parent, ...rest);
  if (!isInArchive(parent?.filename) || isInArchive(found) || !path.isAbsolute(found)) return found;
  if (request.startsWith("@aws-sdk/")) return found;
  throw new Error(`The archive lacks ${request}, which only this machine has.`);
};

const { connect } = net.Socket.prototype;
net.Socket.prototype.connect = function (...args) {
  // Node.js passes its own calls as one array.
  const normalized = Array.isArray(args[0]) ? args[0] : args;
  const { host, port } = normalized[0];
  if (host in hosts && String(port) === "443")
    normalized[0] = { ...normalized[0], host: "127.0.0.1", port: hosts[host] };
  else if (host !== "127.0.0.1" || String(port) !== awsPort)
    throw new Error(`The callback calls ${host}:${port}, which is not AWS.`);
  return connect.apply(this, args);
};

// https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
const longestAnswer = 6 * 1024 * 1024;

const [file, name] = handlerPath.split(".");
const handler = require(path.join(folder, `${file}.js`))[name];
// https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
if (handler.length > 2)
  throw new Error(
    `The handler declares ${handler.length} parameters; Lambda's Node.js 24 refuses more than event and context.`,
  );

process.on("message", async ({ event, deadline }) => {
  const started = performance.now();
  const getRemainingTimeInMillis = () => Math.max(0, deadline - (performance.now() - started));
  try {
    const answer = await handler(event, { ...context, getRemainingTimeInMillis });
    const bytes = Buffer.byteLength(JSON.stringify(answer) ?? "null");
    if (bytes > longestAnswer)
      throw Object.assign(
        new Error(`The answer has ${bytes} bytes; Lambda takes ${longestAnswer} at most.`),
        { name: "Function.ResponseSizeTooLarge" },
      );
    process.send({ answer });
  } catch (error) {
    const { name, message, stack } = error;
    process.send({ error: { name, message, isError: error instanceof Error && !!stack } });
  }
});
process.send("ready");
