import * as assert from "node:assert/strict";
import { isEverybody, servicesIn } from "../../../policies/iam/principals";

type Principals = Parameters<typeof isEverybody>[0];
const account = { AWS: ["123456789012"] };

describe("The principals of a statement", () => {
  it("are everybody by `*`, alone or among accounts, and by no other kind", () => {
    assert.ok(isEverybody("*"));
    assert.ok(isEverybody({ AWS: ["123456789012", "*"] }));
    for (const other of [undefined, {}, account, { Service: ["*"] }] as Principals[])
      assert.ok(!isEverybody(other), JSON.stringify(other));
  });

  it("are services where they are called so", () => {
    const services = ["iot.amazonaws.com", "sns.amazonaws.com"];
    assert.deepEqual(servicesIn({ ...account, Service: services }), services);
    for (const other of [undefined, "*", account] as Principals[])
      assert.deepEqual(servicesIn(other), [], JSON.stringify(other));
  });
});
