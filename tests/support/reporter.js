"use strict";
const { reporters } = require("mocha");

/** Mocha's own report, and under it why anything was skipped and one line that any tool can read. */
module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on("pending", (test) => skipped.push(test.fullTitle()));
    runner.once("end", () => {
      for (const title of skipped) console.log(`  skipped: ${title}`);
      const { passes, failures } = this.stats;
      const tail = skipped.length > 0 ? `, ${skipped.length} skipped` : "";
      console.log(`${passes} passed, ${failures} failed${tail}`);
    });
  }
};
