"use strict";
// Runs an archive's handler as Lambda's Node.js runtime does, in a process of its own. Packages come from the archive, AWS's SDK
// from the runtime, and nothing else is there. The one address that can be reached is the stand-in for AWS.
const Module = require("node:module");
const net = require("node:net");
const path = require("node:path");

const [, , folder, handlerPath, port] = process.argv;
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
  const [{ host, port: wanted }] = [args[0]].flat();
  if (host !== "127.0.0.1" || String(wanted) !== port)
    throw new Error(`The callback calls ${host}:${wanted}, which is not AWS.`);
  return connect.apply(this, args);
};

const [file, name] = handlerPath.split(".");
const handler = require(path.join(folder, `${file}.js`))[name];

process.on("message", async (event) => {
  try {
    process.send({ answer: await handler(event, {}) });
  } catch (error) {
    const { name, message, stack } = error;
    process.send({ error: { name, message, isError: error instanceof Error && !!stack } });
  }
});
process.send("ready");
