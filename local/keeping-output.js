"use strict";
// Preloaded by processes of Pulumi that register ts-node themselves, so that they keep what they transpile, as register.js does.
const Module = require("node:module");
const path = require("node:path");
const { keepTranspiled } = require("./transpiled");

const project = path.join(__dirname, "..");
const transpiled = path.join(project, ".local", "transpiled");
/** Files that a test copied or wrote elsewhere are not read again. */
const isOfProject = (fileName) => fileName.startsWith(project + path.sep);

const { _load: load } = Module;
let isFound = false;
Module._load = function (request, ...others) {
  const loaded = load.call(this, request, ...others);
  if (request === "ts-node" && !isFound) {
    isFound = true;
    keepOutputs(loaded);
  }
  return loaded;
};

/** The types of program, pack and provider are checked with the project. The hosts of packs and providers would check them at every start. */
function keepOutputs(tsNode) {
  for (const name of ["register", "create"]) {
    const make = tsNode[name];
    tsNode[name] = (options) =>
      keepTranspiled(
        make({ ...options, transpileOnly: true, typeCheck: false }),
        transpiled,
        isOfProject,
      );
  }
}
