import * as assert from "node:assert/strict";
import { reasonOf } from "../../../operations/inspect/reason";
import { asynchronousFailure, deadLetter, envelope, errorAction, s3Event } from "../redrive/bodies";

const reading = { deviceId: "pump-7", receivedAt: 1, payload: Buffer.from("{}") };

describe("the reason of a waiting message", () => {
  const says = (body: string, reason: string, detail: string, attributes = {}): void =>
    assert.deepEqual(reasonOf(body, attributes), { reason, detail });

  it("is that of a quarantine's entry, in printable text", () => {
    says(
      JSON.stringify({ reason: "not-json", detail: "It begins \u001b[2J.", payload: "" }),
      "not-json",
      "It begins \\u001b[2J.",
    );
  });

  it("is the first failure of a rule", () => {
    says(
      errorAction("devices/pump-7/telemetry", reading.payload),
      "SqsAction of rule ingest failed",
      "gone",
    );
  });

  it("is what the service says of a dead letter, of a topic or of an event rule", () => {
    says(deadLetter(reading), "not delivered: 403", "no permission", {
      ErrorCode: "403",
      ErrorMessage: "no permission",
    });
    says(JSON.stringify({ source: "x", detail: {} }), "not delivered: NO_PERMISSIONS", "", {
      ERROR_CODE: "NO_PERMISSIONS",
    });
  });

  it("is the error of a function", () => {
    says(asynchronousFailure(reading), "the function failed: RetriesExhausted", "");
    const record = {
      ...(JSON.parse(asynchronousFailure(reading)) as object),
      requestContext: {
        condition: "RetriesExhausted",
        functionArn: "arn:aws:lambda:eu-central-1:123456789012:function:formatter:$LATEST",
      },
      responsePayload: { errorType: "TypeError", errorMessage: "x is undefined" },
    };
    says(JSON.stringify(record), "formatter failed: TypeError", "x is undefined");
  });

  it("is how an execution ended", () => {
    const error = { Error: "States.Timeout", Cause: "too long" };
    says(
      JSON.stringify({ stateMachineArn: "m", executionArn: "e", input: {}, error }),
      "execution failed: States.Timeout",
      "too long",
    );
    const event = {
      "detail-type": "Step Functions Execution Status Change",
      detail: { status: "ABORTED", cause: "by hand" },
    };
    says(JSON.stringify(event), "execution ended as ABORTED", "by hand");
  });

  it("is the batch of a stream, with the object that holds it", () => {
    says(
      s3Event({ bucket: "b", key: "batch" }),
      "a batch of a stream failed",
      "its records are in object batch",
    );
  });

  it("is that the attempts are used up for everything else, JSON or not", () => {
    for (const body of [envelope(reading), "no JSON", "[]"])
      says(
        body,
        "not processed within the attempts of its queue",
        "the log of the function that reads the queue has the error",
      );
  });
});
