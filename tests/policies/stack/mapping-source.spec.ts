import * as assert from "node:assert/strict";
import { unknownCheckingProxy } from "@pulumi/policy";
import { sourceOf } from "../../../policies/stack/mapping-source";
import { Place } from "../../../policies/stack/place";
import { unknown } from "../../support/policy";
import { arn } from "../given";

function read(inputs: Record<string, unknown>): [source: string | undefined, noted: string[]] {
  const noted: string[] = [];
  const props = (unknownCheckingProxy as (inputs: object) => object)(inputs);
  return [sourceOf(Place.of(props, (path) => noted.push(path))), noted];
}

describe("The source of an event source mapping", () => {
  for (const [eventSourceArn, source] of [
    [arn.queue("q"), "queue"],
    [arn.stream("s"), "stream"],
    ["arn:aws:dynamodb:eu-central-1:123456789012:table/t/stream/2026-01-01", "stream"],
    ["arn:aws:mq:eu-central-1:123456789012:broker:b:b-1", "other"],
    ["no ARN", "other"],
  ] as const)
    it(`is ${source} by ${eventSourceArn}`, () =>
      assert.deepEqual(read({ eventSourceArn }), [source, []]));

  it("is of another kind without an ARN, as for a self-managed cluster", () => {
    assert.deepEqual(read({ selfManagedEventSource: {} }), ["other", []]);
  });

  it("is not known before its ARN, and the path is recorded", () => {
    assert.deepEqual(read({ eventSourceArn: unknown }), [undefined, ["eventSourceArn"]]);
  });
});
