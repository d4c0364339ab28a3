"use strict";
// Pulumi has the types of a policy pack checked at every start, which takes longer than all its rules do. Here they are checked with
// the project; at a start they are only taken away.
const { create } = require("ts-node");

const { compile } = create({ transpileOnly: true, project: `${__dirname}/tsconfig.json` });
const pulumis = process[Symbol.for("ts-node.register.instance")];
if (pulumis) pulumis.compile = compile;

require("./index.ts");
