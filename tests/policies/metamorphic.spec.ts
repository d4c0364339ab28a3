import * as assert from "node:assert/strict";
import { documentsIn } from "../../policies/iam/documents";
import type { ResourceRule } from "../../policies/rule";
import { rules } from "../../policies/rules";
import { findings, recorded, type Given } from "../support/policy";
import { arn, role, send, trust, type Statement } from "./given";

/** Documents in which every rule about documents finds something, and one in which none does. */
const documents: Record<string, { holder: (policy: unknown) => Given; statements: Statement[] }> = {
  "a role's permissions": {
    holder: (policy) => ({ type: "aws:iam/rolePolicy:RolePolicy", inputs: { role: "r", policy } }),
    statements: [
      send(),
      send({ Sid: "Wide", Action: ["sqs:*", "sqs:SendMessage"], Resource: ["*", arn.queue("a")] }),
      send({ Sid: "Not", Action: undefined, NotAction: "sqs:SendMessage" }),
      send({ Sid: "Metrics", Action: "cloudwatch:PutMetricData", Resource: "*" }),
    ],
  },
  "a role's trust": {
    holder: (assumeRolePolicy) => ({ ...role(), inputs: { name: "r", assumeRolePolicy } }),
    statements: [trust(), trust({ Sid: "Anybody", Condition: undefined })],
  },
};

const withDocuments = rules.filter(
  (rule): rule is ResourceRule => "check" in rule && rule.types.includes("aws:iam/role:Role"),
);

const found = async (given: Given): Promise<string[]> =>
  (await findings(withDocuments, recorded([given]))).map(
    ({ level, policy, message }) => `${level} ${policy} ${message}`,
  );

const whole = (statements: Statement[]) => ({
  Version: "2012-10-17",
  Statement: statements.map((statement) => JSON.parse(JSON.stringify(statement)) as Statement),
});

/** The same in the other forms that IAM takes. */
const variants: Record<string, (statements: Statement[]) => unknown> = {
  "as an object": (statements) => whole(statements),
  "as indented text": (statements) => JSON.stringify(whole(statements), undefined, 4),
  "with keys in another order": (statements) =>
    JSON.stringify({
      Statement: whole(statements).Statement.map((statement) =>
        Object.fromEntries(Object.entries(statement).reverse()),
      ),
      Version: "2012-10-17",
    }),
  "with single values in lists": (statements) =>
    JSON.stringify(
      whole(
        statements.map((statement) =>
          Object.fromEntries(
            Object.entries(statement).map(([key, value]) => [
              key,
              /Action|Resource/.test(key) && typeof value === "string" ? [value] : value,
            ]),
          ),
        ),
      ),
    ),
};

describe("Rules about documents", () => {
  it("are all covered by this spec", () => {
    assert.ok(withDocuments.length >= 5);
    assert.equal(typeof documentsIn, "function");
  });

  for (const [what, { holder, statements }] of Object.entries(documents)) {
    const text = JSON.stringify(whole(statements));

    it(`find something in ${what}`, async () => {
      assert.ok((await found(holder(text))).length >= 2);
    });

    for (const [form, write] of Object.entries(variants))
      it(`find the same in ${what} ${form}`, async () => {
        assert.deepEqual(await found(holder(write(statements))), await found(holder(text)));
      });

    it(`find nothing in ${what} where it only denies`, async () => {
      const denials = statements.map((statement) => ({ ...statement, Effect: "Deny" }));
      assert.deepEqual(await found(holder(JSON.stringify(whole(denials)))), []);
    });

    it(`find each fault again in ${what} with a repeated statement`, async () => {
      const twice = JSON.stringify(whole([...statements, ...statements]));
      assert.equal((await found(holder(twice))).length, 2 * (await found(holder(text))).length);
    });
  }
});
