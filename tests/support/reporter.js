"use strict";
const { reporters } = require("mocha");
const { closingLines } = require("./closing-lines.ts");

/** Mocha's own report, and under it what was skipped and one line that any tool can read. */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on("pending", (test) => skipped.push(test.fullTitle()));
    runner.once("end", () => {
      const { passes: passed, failures: failed } = this.stats;
      closingLines({ passed, failed, skipped }).forEach((line) => console.log(line));
    });
  }
};
