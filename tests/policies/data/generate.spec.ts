import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { asText, readReference, referenceFile } from "../../../policies/data/generate";

describe("The service reference", () => {
  it("matches the installed package; policies/data/generate.ts updates it", async () => {
    const reference = await readReference();
    assert.equal(fs.readFileSync(referenceFile, "utf8"), asText(reference));
  });

  it("lists the actions that accept only `*`", async () => {
    const { services, date } = await readReference();
    const wildcardOnly = (service: string) => (services[service]?.actions[""] ?? "").split(" ");
    assert.match(date, /^\d{4}-\d{2}-\d{2}$/);
    assert.ok(wildcardOnly("xray").includes("PutTraceSegments"));
    assert.ok(!wildcardOnly("cloudwatch").includes("PutMetricData"));
    assert.equal(services.cloudwatch?.actions.dataset?.split(" ").includes("PutMetricData"), true);
    assert.equal(
      services.lambda?.actions["function alias,function version"],
      "DeleteProvisionedConcurrencyConfig GetProvisionedConcurrencyConfig PutProvisionedConcurrencyConfig",
    );
    assert.equal(
      services.sqs?.types.queue,
      "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}",
    );
  });
});
