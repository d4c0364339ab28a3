import * as assert from "node:assert/strict";
import { formatTime } from "../../../../local/services/firehose/java-time";
import { checkPrefixes, evaluatePrefix } from "../../../../local/services/firehose/prefix";

const time = new Date("2026-03-09T04:05:06Z");

describe("object prefix", () => {
  // s3-prefixes.html
  for (const [what, prefixes, facts, expected] of [
    ["the hour, where there is none", {}, {}, "2026/03/09/04/"],
    ["the hour behind a plain prefix", { prefix: "raw/" }, {}, "raw/2026/03/09/04/"],
    [
      "its own time",
      { prefix: "year=!{timestamp:yyyy}/d=!{timestamp:dd}/" },
      {},
      "year=2026/d=09/",
    ],
    [
      "the time of a zone",
      { prefix: "!{timestamp:yyyy-MM-dd HH:mm}/" },
      { zone: "Asia/Tokyo" },
      "2026-03-09 13:05/",
    ],
    [
      "keys of a function",
      { prefix: "device=!{partitionKeyFromLambda:device}/" },
      { partitionKeys: { device: "p-1" } },
      "device=p-1/",
    ],
    [
      "the kind of error",
      { prefix: "raw/", errorOutputPrefix: "bad/!{firehose:error-output-type}/!{timestamp:yyyy}/" },
      { errorType: "processing-failed" },
      "bad/processing-failed/2026/",
    ],
    [
      "the prefix, the kind of error and the hour",
      { prefix: "raw/" },
      { errorType: "format-conversion-failed" },
      "raw/format-conversion-failed/2026/03/09/04/",
    ],
  ] as const) {
    it(`has ${what}`, () => assert.equal(evaluatePrefix(prefixes, { time, ...facts }), expected));
  }

  it("has a random string of eleven characters", () => {
    const prefix = "!{firehose:random-string}/!{timestamp:yyyy}/";
    assert.match(evaluatePrefix({ prefix }, { time }), /^[0-9a-f]{11}\/2026\/$/);
  });

  it("fails for a key that the function did not return", () => {
    const prefix = "!{partitionKeyFromLambda:device}/";
    assert.throws(() => evaluatePrefix({ prefix }, { time, partitionKeys: {} }), {
      message:
        "The function returned no partition key 'device' for !{partitionKeyFromLambda:device}.",
    });
  });

  const refuse = (what: string): never => {
    throw new Error(what);
  };
  for (const [what, prefixes, sentence] of [
    [
      "keys that only JQ finds",
      { prefix: "!{partitionKeyFromQuery:id}/", errorOutputPrefix: "e" },
      "has '!{partitionKeyFromQuery:id}' in its prefix, which the local run does not know there.",
    ],
    [
      "the kind of error in a data prefix",
      { prefix: "!{firehose:error-output-type}/" },
      "has '!{firehose:error-output-type}' in its prefix, which the local run does not know there.",
    ],
    [
      "expressions without an error prefix",
      { prefix: "!{timestamp:yyyy}/" },
      "has expressions in its prefix but no errorOutputPrefix; AWS asks for both.",
    ],
    [
      "an error prefix that hides the kind of error",
      { errorOutputPrefix: "bad/!{timestamp:yyyy}/" },
      "has no !{firehose:error-output-type} in its errorOutputPrefix; AWS asks for it.",
    ],
    [
      "an expression that is not closed",
      { prefix: "a/!{timestamp:yyyy", errorOutputPrefix: "e/" },
      "has an expression in its prefix that is not closed: 'a/!{timestamp:yyyy'.",
    ],
    [
      "a letter of time that is not known",
      { prefix: "!{timestamp:EEE}/", errorOutputPrefix: "e/" },
      "A timestamp's 'EEE' in 'EEE' is not known to the local run.",
    ],
  ] as const) {
    it(`refuses ${what}`, () =>
      assert.throws(() => checkPrefixes({ bucketArn: "b", roleArn: "r", ...prefixes }, refuse), {
        message: sentence,
      }));
  }

  it("reads quoted text of a time as it is", () => {
    assert.equal(formatTime("'day='dd' o''clock 'H", time), "day=09 o'clock 4");
    assert.equal(formatTime("yy-M-d", time), "26-3-9");
  });
});
