import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findBotocoreData } from "../../../../local/aws/models/botocore-data";

describe("botocore's data", () => {
  let venv: string;

  beforeEach(() => {
    venv = fs.mkdtempSync(path.join(os.tmpdir(), "venv-"));
  });

  afterEach(() => {
    fs.rmSync(venv, { recursive: true });
  });

  it("is found below whichever Python made the environment", () => {
    const data = path.join(venv, "lib", "python3.14", "site-packages", "botocore", "data");
    fs.mkdirSync(data, { recursive: true });
    assert.equal(findBotocoreData(venv), data);
  });

  it("is missed with one sentence that says what to do", () => {
    assert.throws(() => findBotocoreData(venv), {
      message: `There is no botocore in ${venv}; delete that folder and run npm start, which installs it again.`,
    });
  });
});
