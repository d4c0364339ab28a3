import * as assert from "node:assert/strict";
import { endAll, missing } from "./cli";
import { createForeign, pack, type Foreign } from "./foreign";
import type { Outcome } from "./outcome";

/** Names are left to Pulumi, and ARNs to AWS, as most programs have it. */
const program = `
import * as aws from "@pulumi/aws";

const orders = new aws.sqs.Queue("orders");
const role = new aws.iam.Role("worker", {
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    ],
  }),
  managedPolicyArns: ["arn:aws:iam::aws:policy/AmazonSQSFullAccess"],
});
new aws.iam.RolePolicy("permissions", {
  role: role.id,
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sqs:SendMessageBatch", Resource: "*" }],
  }),
});
new aws.cloudwatch.LogGroup("logs");
export const url = orders.url;
`;

describe("The policy pack, in another project", function () {
  this.timeout(600_000);

  let project: Foreign;
  let outcome: Outcome;

  before(async function () {
    const reason = await missing();
    if (reason !== undefined) {
      console.warn(`The tests with the Pulumi engine are skipped: ${reason}.`);
      this.skip();
    }
    project = createForeign(program);
    await project.run("stack", "init", "--no-select");
    outcome = await project.run("preview", "--json", "--policy-pack", pack);
  });

  after(() => {
    endAll();
    project?.remove();
  });

  const refused = (policy: string): string[] =>
    outcome.findings
      .filter((finding) => finding.policy === policy && finding.level === "mandatory")
      .map(({ resource, sentence }) => `${resource}: ${sentence}`);

  it("runs, and reports violations there", () => {
    assert.equal(outcome.policyPacks, 1, outcome.result);
    assert.equal(outcome.code, 1);
    assert.deepEqual(refused("iam-role-forbid-managed-policies"), [
      "worker: Attaches AmazonSQSFullAccess, which AWS wrote for everybody: write the statements that are needed here.",
    ]);
    assert.deepEqual(refused("iam-statement-forbid-unknown-actions").length, 1);
    assert.deepEqual(refused("cloudwatch-log-group-require-log-retention"), [
      "logs: Keeps logs for ever: set retentionInDays.",
    ]);
    assert.deepEqual(refused("sqs-queue-require-redrive").length, 1);
  });

  it("reports nothing as unverified", () => {
    const silent = outcome.findings.filter(({ sentence }) =>
      /can't run policy|The rule itself failed/.test(sentence),
    );
    assert.deepEqual(silent, []);
  });
});
