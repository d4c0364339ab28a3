import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { parse } from "yaml";
import { castOf, recordingIn } from "../../../operations/recording/cast";
import { files, pictureOf, renewed, tableOf } from "../../../operations/recording/pages";

const settings = path.join(__dirname, "../../../Pulumi.local.yaml");
const cast = fs.readFileSync(files.cast, "utf8");
const recording = recordingIn(cast);

describe("The recorded run", () => {
  it("is what the picture and the README show; if not, npm run docs:recording -- --render writes them", async () => {
    assert.equal(fs.readFileSync(files.svg, "utf8"), pictureOf(recording));
    const page = fs.readFileSync(files.page, "utf8");
    assert.equal(page, await renewed(page, recording));
  });

  it("has a row, or a sentence, of every integration of Pulumi.local.yaml that moves messages, and ended well", () => {
    const { config } = parse(fs.readFileSync(settings, "utf8")) as {
      config: Record<string, string[]>;
    };
    const table = tableOf(recording);
    const missing = (config["iot-integrations:integrations"] ?? []).filter(
      (stem) => !new RegExp(`^ {4}${stem}[ :]`, "m").test(table),
    );
    assert.deepEqual(missing, ["grafana"]);
    assert.match(table, /^ {4}Every message is accounted for: .* none lost\.$/m);
  });

  it("needs nothing but itself, and has no path of the machine that recorded it", () => {
    const svg = fs.readFileSync(files.svg, "utf8");
    assert.doesNotMatch(
      svg.replace('xmlns="http://www.w3.org/2000/svg"', ""),
      /href|url\(|@import|<script|@font-face/,
    );
    for (const text of [cast, svg]) {
      assert.doesNotMatch(text, /\/(home|root|Users|work)\//);
      assert.doesNotMatch(text, /[A-Za-z0-9_]{32}/);
    }
  });

  it("leaves reasons out of the table, which are folded to the terminal", () => {
    const text =
      "integration  published  lost\r\niot-to-sqs  1\r\n3 set aside (in iot-to-sqs): folded\r\n  here\r\n3 quarantined: cu\r\nEnd.\r\n";
    assert.equal(
      tableOf({ outputs: [{ seconds: 0, text }] }),
      "    integration  published  lost\n    iot-to-sqs  1\n    End.",
    );
  });

  it("is read as it was written", () => assert.equal(castOf(recording), cast));

  it("is refused without a table", () =>
    assert.throws(() => tableOf({ outputs: [{ seconds: 0, text: "nothing" }] }), {
      message: "The recording has no table of a run.",
    }));

  it("refuses in one sentence what is no recording", () => {
    for (const text of ["not JSON", "null", '{"version":2}\nnot JSON'])
      assert.throws(() => recordingIn(text), {
        message: /^The recording is not a file of asciinema: /,
      });
  });
});
