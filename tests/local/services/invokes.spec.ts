import * as assert from "node:assert/strict";
import { answers } from "../../../local/services/invokes";

describe("answers", () => {
  const answer = answers({ region: "eu-central-1", accountId: "123456789012" });

  it("returns account, region and partition, as AWS does", async () => {
    assert.deepEqual(await answer("aws:index/getPartition:getPartition"), {
      partition: "aws",
      dnsSuffix: "amazonaws.com",
    });
    assert.equal((await answer("aws:index/getRegion:getRegion")).region, "eu-central-1");
    assert.equal(
      (await answer("aws:index/getCallerIdentity:getCallerIdentity")).accountId,
      "123456789012",
    );
    assert.match(
      String((await answer("aws:iot/getEndpoint:getEndpoint")).endpointAddress),
      /^[a-z0-9-]+-ats\.iot\.eu-central-1\.amazonaws\.com$/,
    );
  });

  it("rejects an unknown invoke, and reports where to add it", () =>
    assert.rejects(answer("aws:ec2/getVpc:getVpc"), {
      message:
        "The local run cannot answer aws:ec2/getVpc:getVpc: add AWS's answer to local/services/invokes.ts.",
    }));
});
