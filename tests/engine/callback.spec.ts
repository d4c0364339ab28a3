import * as assert from "node:assert/strict";
import { endAll, missing } from "./cli";
import type { Outcome } from "./outcome";
import { createOverlay, type Overlay } from "./overlay";

describe("The Pulumi engine, with a callback that does not serialise", function () {
  this.timeout(600_000);
  let stack: Overlay;
  let preview: Outcome;

  before(async function () {
    const reason = await missing();
    if (reason !== undefined) {
      console.warn(`The tests with the Pulumi engine are skipped: ${reason}.`);
      this.skip();
    }
    const config = { "aws:region": "eu-central-1", "iot-integrations:alarmEmails": [] };
    stack = createOverlay(config, "tests/engine/failing-callback.ts");
    await stack.run("stack", "init", "--no-select");
    preview = await stack.run("preview", "--json");
  });

  after(() => {
    endAll();
    stack?.remove();
  });

  it("fails the preview with one sentence that names function, file, name and remedy", () => {
    assert.notEqual(preview.code, 0);
    const [sentence, ...more] = preview.result.split("\n");
    assert.equal(
      sentence,
      "The callback of demo cannot be serialised: tests/components/parts/unserialisable.ts captures 'client', a value of the deployment that has no source text: make it inside createHandler (docs/decisions/0002-callback-grammar.md).",
    );
    // The engine's own closing words.
    assert.deepEqual(more, []);
  });
});
