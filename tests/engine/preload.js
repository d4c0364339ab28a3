"use strict";
// Loaded by every Node process that a Pulumi command starts, only to save time: these commands are most of what the tests compute.
const Module = require("node:module");

// node_modules stays as it is, but Pulumi reads all of it again for the archive of every function.
const { _load: load } = Module;
Module._load = function (request, ...others) {
  const loaded = load.call(this, request, ...others);
  if (request === "@npmcli/arborist" && Module._load !== load) {
    Module._load = load;
    readOnce(loaded.Arborist.prototype);
  }
  return loaded;
};

function readOnce(prototype) {
  const { loadActual } = prototype;
  const trees = new Map();
  prototype.loadActual = function (...options) {
    const tree = trees.get(this.path) ?? loadActual.apply(this, options);
    trees.set(this.path, tree);
    return tree;
  };
}

// Pulumi notes a stack with each of its thousands of promises, and ts-node would map each back to TypeScript.
Object.defineProperty(Error, "prepareStackTrace", { get: () => undefined, set: () => undefined });
