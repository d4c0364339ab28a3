import * as assert from "node:assert/strict";
import { isEverybody, servicesIn } from "../../../policies/iam/principals";

type Principals = Parameters<typeof isEverybody>[0];
const account = { AWS: ["123456789012"] };

describe("The principals of a statement", () => {
  it("are all principals with `*`, alone or among accounts, and with no other kind", () => {
    assert.ok(isEverybody("*"));
    assert.ok(isEverybody({ AWS: ["123456789012", "*"] }));
    for (const other of [undefined, {}, account, { Service: ["*"] }] as Principals[])
      assert.ok(!isEverybody(other), JSON.stringify(other));
  });

  it("are services under the key Service", () => {
    const services = ["iot.amazonaws.com", "sns.amazonaws.com"];
    assert.deepEqual(servicesIn({ ...account, Service: services }), services);
    for (const other of [undefined, "*", account] as Principals[])
      assert.deepEqual(servicesIn(other), [], JSON.stringify(other));
  });
});
