import * as assert from "node:assert/strict";
import { readArguments } from "../../../operations/redrive/command-line";

describe("redrive command line", () => {
  it("selects the integration, in the stack dev", () => {
    assert.deepEqual(readArguments(["iot-to-sqs"]), {
      part: "iot-to-sqs",
      stack: "dev",
      outputs: undefined,
      limit: Infinity,
      dryRun: false,
    });
  });

  it("accepts every option", () => {
    const words = "iot-to-sns --stack prod --outputs outputs.json --limit 5 --dry-run";
    assert.deepEqual(readArguments(words.split(" ")), {
      part: "iot-to-sns",
      stack: "prod",
      outputs: "outputs.json",
      limit: 5,
      dryRun: true,
    });
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
