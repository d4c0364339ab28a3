"use strict";
// Loads TypeScript, as ts-node/register/transpile-only does. That transpiles every file at every start, which is the largest part
// of it; here what has been made of a file is kept in .local/transpiled until the file changes.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const path = require("node:path");
const { register } = require("ts-node");

// What is kept has no source map, which only a stack trace misses.
const isKept = !process.argv.includes("--verbose");
const folder = path.join(process.cwd(), ".local", "transpiled");
const service = register({ transpileOnly: true });
const { compile, ts, config } = service;

const hash = (...parts) => createHash("sha256").update(parts.join("\0")).digest("hex");
const setting = hash(ts.version, process.version, JSON.stringify(config.options));

service.compile = (code, fileName, lineOffset) => {
  if (!isKept) return compile(code, fileName, lineOffset);
  const wanted = `//${hash(setting, code)}\n`;
  const file = path.join(folder, `${hash(fileName)}.js`);
  const kept = read(file);
  if (kept.startsWith(wanted)) return kept.slice(wanted.length);
  const output = compile(code, fileName, lineOffset);
  keep(file, wanted + output);
  return output;
};

function read(file) {
  try {
    return fs.readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

/** Another start may be reading it; one that may not write transpiles again. */
function keep(file, text) {
  try {
    fs.mkdirSync(folder, { recursive: true });
    const unfinished = `${file}.${process.pid}`;
    fs.writeFileSync(unfinished, text);
    fs.renameSync(unfinished, file);
  } catch {
    // Nothing is lost but time.
  }
}
