import * as assert from "node:assert/strict";
import { readOutcome } from "./outcome";

const urn = "urn:pulumi:test::project::aws:sqs/queue:Queue::work";
const failed = { summaryEvent: { result: "failed", PolicyPacks: { pack: "1" } } };
const error = (message: string) => ({ diagnosticEvent: { severity: "error", message } });

describe("what a Pulumi command reports", () => {
  const resultOf = (events: object[], code: number | null = 1, stderr = ""): string => {
    const stdout = events.map((event) => JSON.stringify(event)).join("\n");
    return readOutcome({ code, stdout, stderr }).result;
  };
  const finding = (enforcementLevel: string) => ({
    policyEvent: {
      ...{ enforcementLevel, policyName: "aws-queue-require", resourceUrn: urn },
      message: "Queues have alarms.\nLacks an alarm.",
    },
  });

  it("is its errors, if it says what failed", () =>
    assert.equal(
      resultOf([error("work: AccessDenied"), error("update failed"), finding("mandatory"), failed]),
      "work: AccessDenied\nupdate failed",
    ));

  it("is the failed resources, mandatory findings and warnings behind a bare failure", () =>
    assert.equal(
      resultOf([
        error("update failed"),
        finding("mandatory"),
        finding("advisory"),
        { diagnosticEvent: { severity: "warning", message: "analyzer stopped\n" } },
        { resOpFailedEvent: { metadata: { op: "create", urn } } },
        failed,
      ]),
      [
        "update failed",
        "create of work failed",
        "mandatory aws-queue-require of work: Lacks an alarm.",
        "warning: analyzer stopped",
        "exit code 1",
      ].join("\n"),
    ));

  it("is never empty, and takes half a line of a command that was ended", () => {
    assert.equal(resultOf([], 255), "exit code 255");
    const half = readOutcome({ code: null, stdout: '{"summaryEvent":{"res', stderr: "" });
    assert.equal(half.result, "ended from outside");
  });
});
