"use strict";
// For `node -r`: the project with the example's fields instead of its own. One module is exchanged, as if its file had been copied.
const Module = require("node:module");
const path = require("node:path");

const project = path.join(__dirname, "../..");
const own = path.join(project, "reading/fields.ts");
const example = path.join(project, "examples/vehicle/fields.ts");

const resolve = Module._resolveFilename;
Module._resolveFilename = function (...request) {
  const file = resolve.apply(this, request);
  return file === own ? example : file;
};
