import * as assert from "node:assert/strict";
import { namingTransient } from "../../../functions/shared/transient";

const fail = (name: string, more: object) =>
  namingTransient(() => Promise.reject(Object.assign(new Error("the message"), { name }, more)));

describe("namingTransient", () => {
  it("returns the result of the call", async () => {
    assert.equal(await namingTransient(async () => 7), 7);
  });

  const healing: [string, string, object][] = [
    ["throttling", "ThrottlingException", { $metadata: { httpStatusCode: 400 } }],
    [
      "throttled throughput",
      "ProvisionedThroughputExceededException",
      { $metadata: { httpStatusCode: 400 }, $retryable: { throttling: true } },
    ],
    ["a quota of the moment", "RequestLimitExceeded", { $metadata: { httpStatusCode: 400 } }],
    [
      "a fault of the service",
      "InternalServerError",
      { $fault: "server", $metadata: { httpStatusCode: 500 } },
    ],
    ["a lost connection", "Error", { $metadata: { attempts: 3 } }],
  ];
  for (const [what, name, more] of healing)
    it(`names ${what}, and keeps what the service said`, async () => {
      await assert.rejects(fail(name, more), {
        name: "TransientError",
        message: `${name}: the message`,
      });
    });

  const lasting: [string, string, object][] = [
    [
      "a missing permission",
      "AccessDeniedException",
      { $fault: "client", $metadata: { httpStatusCode: 400 } },
    ],
    [
      "a missing table",
      "ResourceNotFoundException",
      { $fault: "client", $metadata: { httpStatusCode: 400 } },
    ],
    ["a mistake in the code", "TypeError", {}],
  ];
  for (const [what, name, more] of lasting)
    it(`leaves its name to ${what}`, async () => {
      await assert.rejects(fail(name, more), { name, message: "the message" });
    });
});
