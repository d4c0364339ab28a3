import * as assert from "node:assert/strict";
import { isExcepted, isNamed } from "../../iam/principal";

const account = "123456789012";
const root = `arn:aws:iam::${account}:root`;
const role = `arn:aws:iam::${account}:role/worker`;
const session = `arn:aws:sts::${account}:assumed-role/worker/s`;

describe("the principals of a statement", () => {
  const rows: [listed: string, name: string, named: boolean, excepted: boolean][] = [
    [role, role, true, true],
    [role, session, true, true],
    ["alice", "arn:undefined:sts::undefined:assumed-role/undefined/s", false, false],
    [`arn:aws:iam::${account}:role/path/of/worker`, session, true, true],
    [`arn:aws:iam::${account}:role/worker/`, session, false, false],
    [`x${role}`, session, false, false],
    [`arn:aws:iam::${account}:role/work`, session, false, false],
    [`arn:aws-cn:iam::${account}:role/worker`, session, false, false],
    [root, role, true, false],
    [root, session, true, false],
    [root, account, true, true],
    [account, root, true, true],
    [account, role, true, false],
    [`x${root}`, role, false, false],
    [`${root}s`, role, false, false],
    ["9" + account, `arn:aws:iam::9${account}:role/worker`, false, false],
    ["alice", "bob", false, false],
    // An account id is of one partition.
    [`arn:aws-cn:iam::${account}:root`, role, false, false],
    [`arn:aws-cn:iam::${account}:root`, root, false, false],
    [root, `arn:aws-us-gov:iam::${account}:root`, false, false],
    [root, `arn:aws-cn:sts::${account}:assumed-role/worker/s`, false, false],
    [
      `arn:aws-cn:iam::${account}:root`,
      `arn:aws-cn:sts::${account}:assumed-role/worker/s`,
      true,
      false,
    ],
    [account, `arn:aws-cn:iam::${account}:role/worker`, true, false],
    [account, `arn:aws-cn:iam::${account}:root`, true, true],
    [`arn:aws-cn:iam::${account}:root`, account, true, true],
    [account, "alice", false, false],
  ];
  for (const [listed, name, named, excepted] of rows)
    it(`${named ? "name" : "do not name"}, and ${excepted ? "except" : "do not except"}, ${name} by ${listed}`, () => {
      assert.equal(isNamed({ AWS: [listed] }, { kind: "AWS", name }), named);
      assert.equal(isExcepted({ AWS: [listed] }, { kind: "AWS", name }), excepted);
    });

  it("are everyone by an asterisk", () => {
    for (const everyone of ["*" as const, { AWS: ["*"] }])
      for (const principal of [
        { kind: "AWS", name: role },
        { kind: "Service", name: "iot.amazonaws.com" },
      ]) {
        assert.ok(isNamed(everyone, principal));
        assert.ok(isExcepted(everyone, principal));
      }
  });

  it("are accounts and roles of AWS only", () => {
    for (const listed of [account, root, role])
      for (const name of [session, `arn:aws:iam::${account}:user/worker`]) {
        assert.ok(!isNamed({ Service: [listed] }, { kind: "Service", name }));
        assert.ok(!isExcepted({ Service: [listed] }, { kind: "Service", name }));
        assert.ok(!isNamed({ AWS: [listed] }, { kind: "Service", name }));
        assert.ok(!isExcepted({ AWS: [listed] }, { kind: "Service", name }));
      }
    assert.ok(!isExcepted({ Service: [root] }, { kind: "Service", name: account }));
  });
});
