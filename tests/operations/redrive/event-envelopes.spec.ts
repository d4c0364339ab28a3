import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { fromEvents } from "../../../operations/redrive/event-envelopes";
import { understand } from "../../../operations/redrive/envelopes";

const stateMachineArn = "arn:aws:states:eu-central-1:123456789012:stateMachine:workflow";
const executionArn = "arn:aws:states:eu-central-1:123456789012:execution:workflow:a";
const text = fc.string({ minLength: 1 });
/** Any JSON object; JSON has no -0. */
const detail = fc
  .dictionary(fc.string(), fc.jsonValue(), { noNullPrototype: true })
  .map((value) => JSON.parse(JSON.stringify(value)) as Record<string, unknown>);

/** As a bus delivers it, and as its target's dead-letter queue keeps it. */
const event = (source: string, detailType: string, about: unknown) => ({
  version: "0",
  id: "00000000-0000-4000-8000-000000000000",
  "detail-type": detailType,
  source,
  account: "123456789012",
  time: "2026-11-24T00:00:00Z",
  region: "eu-central-1",
  resources: [],
  detail: about,
});

/** EventBridge's event about an execution that ended. */
const statusChange = (changes: object = {}) =>
  event("aws.states", "Step Functions Execution Status Change", {
    executionArn,
    stateMachineArn,
    status: "ABORTED",
    input: '{"deviceId":"a"}',
    inputDetails: { included: true },
    ...changes,
  });

describe("the failure paths of buses and workflows", () => {
  it("keep an event as it was put, in the dead letter and in Lambda's record alike", () => {
    fc.assert(
      fc.property(text, text, detail, (source, detailType, about) => {
        fc.pre(!source.startsWith("aws."));
        const dead = event(source, detailType, about);
        const record = {
          version: "1.0",
          requestContext: { condition: "RetriesExhausted", approximateInvokeCount: 3 },
          requestPayload: dead,
          responseContext: { statusCode: 200, functionError: "Unhandled" },
        };
        const expected = { kind: "event", event: { source, detailType, detail: about } };
        for (const message of [dead, record]) {
          assert.deepEqual(fromEvents(message), expected);
          assert.deepEqual(understand(JSON.stringify(message), "devices"), expected);
        }
      }),
    );
  });

  it("keep an execution's input, whatever its Catch caught", () => {
    fc.assert(
      fc.property(detail, fc.jsonValue(), (input, error) => {
        const message = { stateMachineArn, executionArn, input, error };
        const expected = {
          kind: "execution",
          execution: { stateMachineArn, executionArn, input: JSON.stringify(input) },
        };
        assert.deepEqual(fromEvents(message), expected);
        const { kind } = understand(JSON.stringify(message), "devices");
        assert.equal(kind, "execution");
      }),
    );
  });

  it("keep the input of an execution that ended on its own, as it was given", () => {
    const expected = {
      kind: "execution",
      execution: { stateMachineArn, executionArn, input: '{"deviceId":"a"}' },
    };
    assert.deepEqual(fromEvents(statusChange()), expected);
    assert.deepEqual(understand(JSON.stringify(statusChange()), "devices"), expected);
  });

  it("are not understood when an execution's input is left out, since nothing could be started with it", () => {
    const without = statusChange({ input: null, inputDetails: { included: false } });
    assert.equal(understand(JSON.stringify(without), "devices").kind, "unknown");
  });

  for (const [what, message] of [
    ["an execution without its workflow", { executionArn, input: {} }],
    ["an execution without itself", { stateMachineArn, input: {} }],
    ["an execution whose input is no object", { stateMachineArn, executionArn, input: [1] }],
    ["an event without a source", { "detail-type": "t", detail: {} }],
    ["an event without a type", { source: "s", detail: {} }],
    ["an event of AWS, which customers cannot put", event("aws.states", "t", {})],
    ["an event whose detail is no object", { source: "s", "detail-type": "t", detail: "x" }],
    ["a record whose event is a text", { requestPayload: "x" }],
    ["nothing of all that", {}],
  ] as const) {
    it(`are not understood in ${what}`, () => {
      assert.equal(fromEvents(message), undefined);
      assert.equal(understand(JSON.stringify(message), "devices").kind, "unknown");
    });
  }
});
