import * as assert from "node:assert/strict";
import { help, readArguments, usage } from "../../../operations/redrive/command-line";

describe("redrive command line", () => {
  it("selects the integration, in the stack dev", () => {
    assert.deepEqual(readArguments(["iot-to-sqs"]), {
      part: "iot-to-sqs",
      stack: "dev",
      project: undefined,
      outputs: undefined,
      limit: Infinity,
      mode: "redrive",
    });
  });

  it("accepts every option", () => {
    const words =
      "iot-to-sns --stack prod --project fleet --outputs outputs.json --limit 5 --dry-run";
    assert.deepEqual(readArguments(words.split(" ")), {
      part: "iot-to-sns",
      stack: "prod",
      project: "fleet",
      outputs: "outputs.json",
      limit: 5,
      mode: "dry run",
    });
    const request = readArguments(["telemetry", "--list"]);
    assert.equal(request === "help" || request.mode, "list");
  });

  it("offers help, whatever else is given", () => {
    for (const words of [["--help"], ["-h"], ["iot-to-sqs", "--list", "--help"]])
      assert.equal(readArguments(words), "help");
  });

  it("refuses a list and a dry run at once", () => {
    assert.throws(() => readArguments(["iot-to-sqs", "--list", "--dry-run"]), {
      message: "Give --list or --dry-run, not both.",
    });
  });

  it("describes each option of its usage in its help", () => {
    for (const [option] of usage.matchAll(/--[a-z-]+(?= |\])/g))
      assert.match(help, new RegExp(`^ {2}${option}\\b.* {2,}\\S`, "m"), option);
  });

  for (const words of [[], ["iot-to-sqs", "iot-to-sns"]]) {
    it(`refuses ${words.length} integrations`, () => {
      assert.throws(() => readArguments(words), {
        message: "Name exactly one integration, such as iot-to-sqs.",
      });
    });
  }

  for (const limit of ["0", "1.5", "many"]) {
    it(`refuses a limit of ${limit}`, () => {
      assert.throws(() => readArguments(["iot-to-sqs", "--limit", limit]), {
        message: `--limit is '${limit}'; give a whole number of messages, 1 or more.`,
      });
    });
  }

  it("refuses an option that it does not know", () => {
    assert.throws(() => readArguments(["iot-to-sqs", "--force"]), /Unknown option '--force'/);
  });
});
