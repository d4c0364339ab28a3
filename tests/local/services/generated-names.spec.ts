import * as assert from "node:assert/strict";
import { generatedName } from "../../../local/services/generated-names";

const named = (type: string, name: string, plain: Record<string, unknown> = {}) =>
  generatedName({ type, name, urn: `urn:pulumi:local::shop::${type}::${name}`, plain });

describe("a name that the program leaves to Pulumi", () => {
  it("is the logical name with seven digits, the same in each run", () => {
    const { name = "" } = named("aws:sqs/queue:Queue", "orders");
    assert.match(name, /^orders-[0-9a-f]{7}$/);
    assert.deepEqual(named("aws:sqs/queue:Queue", "orders"), { name });
    assert.notEqual(named("aws:sns/topic:Topic", "orders").name, name);
  });

  it("is valid for the service", () => {
    assert.match(
      named("aws:iot/topicRule:TopicRule", "hot-readings").name ?? "",
      /^hot_readings_[0-9a-f]{7}$/,
    );
    assert.match(named("aws:s3/bucket:Bucket", "Lake").bucket ?? "", /^lake-[0-9a-f]{7}$/);
    assert.match(
      named("aws:sqs/queue:Queue", "orders", { fifoQueue: true }).name ?? "",
      /^orders-[0-9a-f]{7}\.fifo$/,
    );
  });

  it("is not generated for a resource with a name, or of a type without one", () => {
    assert.deepEqual(named("aws:sqs/queue:Queue", "orders", { name: "mine" }), {});
    assert.deepEqual(named("aws:sqs/queuePolicy:QueuePolicy", "orders"), {});
  });

  it("is refused when it is too long", () => {
    assert.throws(() => named("aws:iam/role:Role", "r".repeat(60)), {
      message: /^The generated name r{60}-[0-9a-f]{7} is longer than 64 characters: set name, or /,
    });
  });
});
