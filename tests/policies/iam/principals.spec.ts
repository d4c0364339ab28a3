import * as assert from "node:assert/strict";
import { isByName, isEverybody, servicesIn } from "../../../policies/iam/principals";

type Principals = Parameters<typeof isEverybody>[0];
const account = { AWS: ["123456789012"] };

describe("The principals of a statement", () => {
  it("are all principals with `*`, alone or among accounts, and with no other kind", () => {
    assert.ok(isEverybody("*"));
    assert.ok(isEverybody({ AWS: ["123456789012", "*"] }));
    for (const other of [undefined, {}, account, { Service: ["*"] }] as Principals[])
      assert.ok(!isEverybody(other), JSON.stringify(other));
  });

  it("are a role by its own ARN, and not by its account or among services", () => {
    const role = "arn:aws:iam::123456789012:role/worker";
    assert.equal(isByName({ AWS: ["123456789012", role] }, role), true);
    for (const other of [
      undefined,
      "*",
      account,
      { AWS: ["*", `${role}s`, "arn:aws:iam::123456789012:root"] },
      { Service: [role] },
    ] as Principals[])
      assert.equal(isByName(other, role), false, JSON.stringify(other));
  });

  it("are services under the key Service", () => {
    const services = ["iot.amazonaws.com", "sns.amazonaws.com"];
    assert.deepEqual(servicesIn({ ...account, Service: services }), services);
    for (const other of [undefined, "*", account] as Principals[])
      assert.deepEqual(servicesIn(other), [], JSON.stringify(other));
  });
});
