"use strict";
// Loaded by every Node process that a Pulumi command starts, only to save time: these commands are most of what the tests compute.
const Module = require("node:module");
require("../../local/keeping-output");

const { _load: load } = Module;
const left = new Set(["@npmcli/arborist", "@pulumi/pulumi"]);
Module._load = function (request, ...others) {
  const loaded = load.call(this, request, ...others);
  if (left.delete(request)) {
    if (request === "@pulumi/pulumi") loaded.Resource.callsites = () => [];
    else readOnce(loaded.Arborist.prototype);
  }
  if (left.size === 0) Module._load = load;
  return loaded;
};

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
