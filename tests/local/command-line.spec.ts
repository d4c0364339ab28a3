import * as assert from "node:assert/strict";
import { readArguments, usage } from "../../local/command-line";

const refusal = (...words: string[]): string => {
  try {
    readArguments(words);
  } catch (error) {
    return (error as Error).message;
  }
  return "accepted";
};

describe("the command line of the local run", () => {
  it("without arguments requests a modest load without end", () => {
    assert.deepEqual(readArguments([]), {
      help: false,
      once: false,
      messages: Infinity,
      devices: 10,
      rate: 5,
      shares: { invalid: 0.05, duplicate: 0.03, late: 0.05, critical: 0.05 },
      hostile: 0,
      seed: 1,
      replay: undefined,
      mqttPort: undefined,
      stack: "local",
      differences: false,
      verbose: false,
    });
  });

  it("with --once requests 1,000 messages as fast as possible", () => {
    const { once, messages, rate } = readArguments(["--once"]);
    assert.deepEqual({ once, messages, rate }, { once: true, messages: 1000, rate: 0 });
  });

  it("accepts every option", () => {
    const words =
      "--once --messages 20 --devices 3 --rate 2.5 --invalid 0.5 --duplicate 0 --late 0.25 --critical 1 --hostile 0.1 --seed 42 --mqtt-port 8883 --stack test --differences --verbose";
    assert.deepEqual(readArguments(words.split(" ")), {
      help: false,
      once: true,
      messages: 20,
      devices: 3,
      rate: 2.5,
      shares: { invalid: 0.5, duplicate: 0, late: 0.25, critical: 1 },
      hostile: 0.1,
      seed: 42,
      replay: undefined,
      mqttPort: 8883,
      stack: "test",
      differences: true,
      verbose: true,
    });
  });

  it("replays a whole recording at its own pace by default", () => {
    const { replay, messages } = readArguments(["--once", "--replay", "a.csv"]);
    assert.deepEqual(replay, { file: "a.csv", speed: 1, map: {}, set: {} });
    assert.equal(messages, Infinity);
  });

  it("reads mappings and constants by field, in any case and with any column name", () => {
    const words = [
      "--map",
      "a=b=Temperature",
      "--map",
      "Device No=deviceid",
      "--set",
      "message=x=y",
    ];
    const { replay } = readArguments(["--replay", "a.csv", "--speed", "0", ...words]);
    assert.deepEqual(replay, {
      file: "a.csv",
      speed: 0,
      map: { temperature: "a=b", deviceId: "Device No" },
      set: { message: "x=y" },
    });
  });

  const refused: [words: string, sentence: string][] = [
    ["--messages 0", "--messages is '0'; give a number, 1 or more."],
    ["--messages ten", "--messages is 'ten'; give a number, 1 or more."],
    ["--messages 1.5", "--messages is '1.5'; give a whole number."],
    ["--devices 1001", "--devices is '1001'; give a number from 1 to 1000."],
    ["--rate=-1", "--rate is '-1'; give a number from 0 to 100000."],
    ["--rate=", "--rate is ''; give a number from 0 to 100000."],
    ["--invalid 5%", "--invalid is '5%'; give a number from 0 to 1."],
    ["--late NaN", "--late is 'NaN'; give a number from 0 to 1."],
    [
      "--invalid 0.6 --duplicate 0.5",
      "--invalid, --duplicate and --late make more than 1 together; lower one.",
    ],
    ["--seed 0.5", "--seed is '0.5'; give a whole number."],
    ["--mqtt-port 65536", "--mqtt-port is '65536'; give a number from 1 to 65535."],
    ["--stack ../x", "--stack is '../x'; give letters, digits, '_', '.' and '-'."],
    ["--speed 2", "--speed says how to replay a recording; give one by --replay."],
    ["--replay a.csv --rate 5", "--rate shapes the generated load; leave it out with --replay."],
    ["--replay a.csv --map temp", "--map is 'temp'; give COLUMN=FIELD."],
    ["--replay a.csv --set =1", "--set is '=1'; give FIELD=VALUE."],
    [
      "--replay a.csv --map t=colour",
      "--map names the field 'colour'; a reading has deviceId, timestamp, temperature, humidity, pressure, status, message.",
    ],
    ["--twice", "Unknown option '--twice'."],
    ["--messages", "Option '--messages <value>' argument missing."],
    ["--once=yes", "Option '--once' does not take an argument."],
  ];
  for (const [words, sentence] of refused)
    it(`refuses ${words} in one sentence`, () =>
      assert.equal(refusal(...words.split(" ")), sentence));

  it("rejects arguments that are not options", () => {
    assert.match(refusal("fast"), /^Unexpected argument 'fast'\. [^.]*\.$/);
  });

  it("lists every option in its usage", () => {
    for (const option of ["once", "messages", "devices", "rate", "invalid", "duplicate", "late"])
      assert.ok(usage.includes(`--${option} `), option);
    for (const option of [
      "critical",
      "seed",
      "replay",
      "speed",
      "map",
      "set",
      "mqtt-port",
      "stack",
    ])
      assert.ok(usage.includes(`--${option} `), option);
  });
});
