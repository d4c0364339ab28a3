"use strict";
// Transpiling every file at every start is the largest part of a start. What has been made of a file is kept until the file changes, or
// the settings of TypeScript do.
const { createHash } = require("node:crypto");
const fs = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const sourceMaps = createRequire(require.resolve("ts-node"))("@cspotcode/source-map-support");

const hash = (...parts) => createHash("sha256").update(parts.join("\0")).digest("hex");

/** The options that say where a project is. Nothing of a file's output depends on them, so that checkouts with linked files share it. */
const places = { configFilePath: undefined, outDir: undefined, pathsBasePath: undefined };

/**
 * Lets a service of ts-node that only transpiles keep its output in a folder. `isKept` tells by the file's name whether its output is
 * kept; the default is every file.
 */
function keepTranspiled(service, folder, isKept = () => true) {
  const { compile, ts, config } = service;
  const setting = hash(
    ts.version,
    process.version,
    JSON.stringify({ ...config.options, ...places }),
  );
  // ts-node maps the stack traces of what it has transpiled itself.
  const outputs = new Map();
  sourceMaps.install({ retrieveFile: (file) => outputs.get(file) ?? null });
  service.compile = (code, fileName, lineOffset) => {
    if (!isKept(fileName)) return compile(code, fileName, lineOffset);
    const wanted = `//${hash(setting, code)}\n`;
    // Programs, policies and providers have settings of their own, and read some of the same files.
    const file = path.join(folder, `${hash(setting, fileName)}.js`);
    const kept = read(file);
    if (kept.startsWith(wanted)) {
      outputs.set(fileName, kept.slice(wanted.length));
      return outputs.get(fileName);
    }
    const output = compile(code, fileName, lineOffset);
    keep(file, wanted + output);
    return output;
  };
  return service;
}

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
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const unfinished = `${file}.${process.pid}`;
    fs.writeFileSync(unfinished, text);
    fs.renameSync(unfinished, file);
  } catch {
    // Nothing is lost but time.
  }
}

module.exports = { keepTranspiled };
