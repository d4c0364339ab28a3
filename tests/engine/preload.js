"use strict";
// Loaded by every Node process that a Pulumi command starts, only to save time: these commands are most of what the tests compute.
const Module = require("node:module");
const path = require("node:path");
const { keepTranspiled } = require("../../local/transpiled");

const project = path.join(__dirname, "../..");
const transpiled = path.join(project, ".local", "transpiled");
/** Files that a test copied or wrote elsewhere are not read again. */
const isOfProject = (fileName) => fileName.startsWith(project + path.sep);

const { _load: load } = Module;
const left = new Set(["@npmcli/arborist", "@pulumi/pulumi", "ts-node"]);
Module._load = function (request, parent, ...others) {
  const loaded = load.call(this, request, parent, ...others);
  if (left.has("ts-node") && isTsNode(loaded)) {
    left.delete("ts-node");
    keepOutputs(loaded);
  } else if (left.has(request)) {
    left.delete(request);
    if (request === "@pulumi/pulumi") loaded.Resource.callsites = () => [];
    else readOnce(loaded.Arborist.prototype);
  }
  if (left.size === 0) Module._load = load;
  return loaded;
};

/** ts-node is loaded by its name, and by its own hooks by a path. */
const isTsNode = (loaded) =>
  typeof loaded === "object" &&
  typeof loaded?.register === "function" &&
  loaded.REGISTER_INSTANCE !== undefined;

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

// node_modules stays as it is, but Pulumi reads all of it again for the archive of every function.
function readOnce(prototype) {
  const { loadActual } = prototype;
  const trees = new Map();
  prototype.loadActual = function (...options) {
    const tree = trees.get(this.path) ?? loadActual.apply(this, options);
    trees.set(this.path, tree);
    return tree;
  };
}

// Pulumi takes a stack trace with each of its resources (above) and thousands of promises, which the tests do not look at.
Error.stackTraceLimit = 0;
