import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { createClassifier } from "./kinds";

describe("the kind of a spec", () => {
  let folder: string;
  beforeEach(() => void (folder = fs.mkdtempSync(path.join(os.tmpdir(), "kinds-"))));
  afterEach(() => fs.rmSync(folder, { recursive: true }));

  const write = (modules: Record<string, string>): void => {
    for (const [name, text] of Object.entries(modules)) {
      const file = path.join(folder, name);
      fs.mkdirSync(path.dirname(file), { recursive: true });
      fs.writeFileSync(file, text);
    }
  };
  const kindOf = (spec: string) => createClassifier()(path.join(folder, spec));
  const account = "/**\n * One for all.\n * @needs emulator\n */\nexport const account = 1;";

  it("derives from direct and indirect imports, including cycles", () => {
    write({
      "account.ts": account,
      "world/index.ts": 'import { account } from "../account";\nimport "../a.spec";',
      "a.spec.ts": 'import { world } from "./world";',
      "b.spec.ts": 'const { world } = require("./world");',
      "c.spec.ts": 'export * from "./a.spec";',
    });
    for (const spec of ["a.spec.ts", "b.spec.ts", "c.spec.ts"])
      assert.equal(kindOf(spec), "emulator", spec);
  });

  it("is none for a spec that needs nothing, or only types", () => {
    write({
      "account.ts": account,
      "a.spec.ts": 'import type { account } from "./account";\nimport * as fs from "node:fs";',
    });
    assert.equal(kindOf("a.spec.ts"), "none");
  });

  it("is the slowest to start of several", () => {
    write({
      "account.ts": account,
      "world.ts": '/**\n * @needs deployment\n */\nimport "./account";',
      "a.spec.ts": 'import "./account";\nimport "./world";',
    });
    assert.equal(kindOf("a.spec.ts"), "deployment");
  });

  it("is an error for an unknown kind", () => {
    write({ "a.spec.ts": "/**\n * @needs patience\n */" });
    assert.throws(() => kindOf("a.spec.ts"), {
      message:
        /a\.spec\.ts needs 'patience'; use one of deployment, emulator, runs, engine, none\.$/,
    });
  });
});
