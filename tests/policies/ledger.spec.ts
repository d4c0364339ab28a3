import * as assert from "node:assert/strict";
import { faultsOf, isDay, shown, type Waiver } from "../../policies/ledger";
import { waivers } from "../../policies/waivers";

const waiver: Waiver = {
  policy: "sqs-queue-require-redrive",
  resource: "aws:sqs:Queue: work",
  finding: "Has no redrive policy.",
  reason: "The tenant empties it",
  evidence: "https://example.com",
  expires: "2027-01-31",
};

describe("A waiver", () => {
  it("names its resource as the CLI does", () => {
    assert.equal(shown({ type: "aws:sqs/queue:Queue", name: "work" }), "aws:sqs:Queue: work");
    assert.equal(
      shown({ type: "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream", name: "a/b" }),
      "aws:kinesis:FirehoseDeliveryStream: a/b",
    );
    assert.equal(shown({ type: "pulumi:pulumi:Stack", name: "dev" }), "pulumi:pulumi:Stack: dev");
  });

  it("is valid with a reason, evidence and an expiry date", () => {
    assert.deepEqual(faultsOf(waiver), []);
  });

  it("requires a reason of 20 characters without surrounding blanks", () => {
    assert.deepEqual(faultsOf({ ...waiver, reason: "x".repeat(20) }), []);
    for (const reason of ["x".repeat(19), `  ${"x".repeat(19)}  `])
      assert.deepEqual(faultsOf({ ...waiver, reason }), [
        "gives no reason of 20 characters or more",
      ]);
  });

  it("requires the URL of a page as evidence, without a prefix", () => {
    for (const evidence of [
      "",
      "http://example.com/17",
      "https://intranet",
      "https:// example.com",
      "https://example. com",
      "See https://example.com/17",
    ])
      assert.deepEqual(faultsOf({ ...waiver, evidence }), ["names no https page as evidence"]);
  });

  it("requires a valid date in full form", () => {
    for (const day of ["2027-01-31", "2028-02-29", "1970-01-01"]) assert.equal(isDay(day), true);
    for (const text of [
      "",
      "never",
      "2027",
      "2027-01",
      "2027-1-31",
      "2027-02-29",
      "2027-01-31T00:00:00Z",
      " 2027-01-31",
      "31 January 2027",
    ])
      assert.equal(isDay(text), false, text);
  });

  it("reports all of its defects", () => {
    assert.deepEqual(faultsOf({ ...waiver, reason: "", evidence: "", expires: "" }), [
      "gives no reason of 20 characters or more",
      "names no https page as evidence",
      "has no expiry date in the form 2027-01-31",
    ]);
  });
});

describe("The waivers of the pack", () => {
  it("are none: nothing is waived", () => {
    assert.deepEqual(waivers, []);
  });
});
