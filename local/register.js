"use strict";
// Loads TypeScript, as ts-node/register/transpile-only does, and keeps what it transpiles in .local/transpiled.
const path = require("node:path");
const { register } = require("ts-node");
const { keepTranspiled } = require("./transpiled");

keepTranspiled(register({ transpileOnly: true }), path.join(process.cwd(), ".local", "transpiled"));
