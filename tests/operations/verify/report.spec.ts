import * as assert from "node:assert/strict";
import { report, type Findings } from "../../../operations/verify/report";
import type { Check, Part } from "../../../operations/verify/settle";

const part = (stem: string, checks: Check[], trouble?: string): Part => ({
  ...{ stem, checks, failures: [], trouble },
  sink: { expects: () => true, stored: async () => new Set(), sharedFailures: [], tables: [] },
});
const right: Check[] = [
  { kind: "critical", found: "sink" },
  { kind: "invalid", found: "quarantine" },
  { kind: "valid", found: "sink" },
];

describe("the report of verify", () => {
  const of = (changes: Partial<Findings> = {}) =>
    report({
      parts: [part("iot-to-sqs", right)],
      alarms: { OK: ["a"], ALARM: [], INSUFFICIENT_DATA: ["b", "c"] },
      unconfirmed: [],
      stays: [],
      stack: "dev",
      timeoutSeconds: 300,
      ...changes,
    });

  it("passes if every message is where it belongs", () =>
    assert.deepEqual(of({ stays: ["iot-to-sns: the alert."] }), {
      passed: true,
      lines: [
        "integration  critical  valid   invalid",
        "iot-to-sqs   stored    stored  quarantined",
        "Alarms before the test: 3, of which 1 OK, 2 INSUFFICIENT_DATA, 0 in ALARM.",
        "Stays: iot-to-sns: the alert.",
        "Everything is right: each of 3 checks found its message where it belongs, and no alarm is in ALARM.",
      ],
    }));

  it("names what cannot be looked up, which is no problem", () => {
    const one = part("iot-to-timestream", [{ kind: "invalid", found: "quarantine" }]);
    one.unseen = "valid readings";
    const { lines, passed } = of({ parts: [part("iot-to-sqs", right), one] });
    assert.equal(passed, true);
    assert.deepEqual(lines.slice(2, -1), [
      "iot-to-timestream  -         -       quarantined",
      "Alarms before the test: 3, of which 1 OK, 2 INSUFFICIENT_DATA, 0 in ALARM.",
      "Not looked up: iot-to-timestream: valid readings.",
    ]);
  });

  const failing: [what: string, changes: Partial<Findings>, sentence: RegExp][] = [
    [
      "an alarm in ALARM",
      { alarms: { OK: [], ALARM: ["z", "y"], INSUFFICIENT_DATA: [] } },
      /^2 alarms in ALARM: y, z\.$/,
    ],
    [
      "a subscription that was not confirmed",
      { unconfirmed: ["alarms-topic: a@example.com"] },
      /^1 subscription not confirmed, so that nothing is sent to: alarms-topic: a@example\.com\. Open the link/,
    ],
    [
      "an invalid message in the sink",
      { parts: [part("iot-to-sqs", [{ kind: "invalid", found: "sink" }])] },
      /^iot-to-sqs: the invalid reading was stored instead of quarantined/,
    ],
    [
      "a valid message in the quarantine",
      { parts: [part("iot-to-sqs", [{ kind: "valid", found: "quarantine" }])] },
      /^iot-to-sqs: the valid reading is in the quarantine, though it is valid/,
    ],
    [
      "a message in the failures queue",
      { parts: [part("iot-to-sqs", [{ kind: "valid", found: "failures queue" }])] },
      /^iot-to-sqs: the valid reading is in the failures queue.* npm run redrive -- iot-to-sqs --stack dev\.$/,
    ],
    [
      "a message that is nowhere, with the reason of a failed search",
      { parts: [part("iot-to-sqs", [{ kind: "valid" }], "AccessDenied")] },
      /^iot-to-sqs: the valid reading was not found .* within 300 s \(AccessDenied\)\. Look at /,
    ],
  ];
  it("says how many messages wait where one that is missing may be", () => {
    const missing = part("iot-to-sqs", [{ kind: "valid" }]);
    missing.work = { url: "https://sqs/1/work", before: 0, now: 1 };
    missing.failures = [
      { url: "https://sqs/1/failures", before: 2, now: 2 },
      { url: "https://sqs/1/shared", before: 0, now: undefined },
    ];
    assert.match(
      of({ parts: [missing] }).lines.at(-2) ?? "",
      /within 300 s; the queue work holds 1 message \(0 before\), the failures queue failures holds 2 messages \(2 before\), the failures queue shared cannot be read\. Look at/,
    );
  });

  for (const [what, changes, sentence] of failing)
    it(`fails with ${what}`, () => {
      const { lines, passed } = of(changes);
      assert.equal(passed, false);
      assert.match(lines.at(-2) ?? "", sentence);
      assert.equal(lines.at(-1), "1 problem found; the sentences above say where.");
    });
});
