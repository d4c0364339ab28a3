import * as assert from "node:assert/strict";
import * as path from "node:path";
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
  let strict: Outcome;

  before(async function () {
    const reason = await missing();
    if (reason !== undefined) {
      console.warn(`The tests with the Pulumi engine are skipped: ${reason}.`);
      this.skip();
    }
    project = createForeign(program);
    await project.run("stack", "init", "--no-select");
    outcome = await project.run("preview", "--json", "--policy-pack", pack);
    const config = ["--policy-pack-config", path.join(pack, "strict.json")];
    strict = await project.run("preview", "--json", "--policy-pack", pack, ...config);
  });

  after(() => {
    endAll();
    project?.remove();
  });

  const said = ({ findings }: Outcome, policy: string): string[] =>
    findings
      .filter((finding) => finding.policy === policy)
      .map(({ level, resource, sentence }) => `${level} ${resource}: ${sentence}`);

  const attached =
    "worker: Attaches the AWS managed policy AmazonSQSFullAccess, which grants more than this role needs: replace it with a policy that contains only the required statements.";
  const forEver = "logs: Retains logs indefinitely: set retentionInDays.";

  it("runs, and reports violations there", () => {
    assert.equal(outcome.policyPacks, 1, outcome.result);
    assert.equal(outcome.code, 1);
    for (const policy of [
      "iam-statement-forbid-unknown-actions",
      "iam-statement-forbid-wildcard-resources",
      "sqs-queue-require-redrive",
    ]) {
      const [first = "", ...more] = said(outcome, policy);
      assert.match(first, /^mandatory /, policy);
      assert.deepEqual(more, []);
    }
  });

  it("advises by default where nothing is lost and no privilege is wide", () => {
    assert.deepEqual(said(outcome, "iam-role-forbid-managed-policies"), [`advisory ${attached}`]);
    assert.deepEqual(said(outcome, "cloudwatch-log-group-require-log-retention"), [
      `advisory ${forEver}`,
    ]);
  });

  it("refuses everything that it finds in the profile strict", () => {
    assert.equal(strict.code, 1);
    assert.deepEqual(said(strict, "iam-role-forbid-managed-policies"), [`mandatory ${attached}`]);
    assert.deepEqual(said(strict, "cloudwatch-log-group-require-log-retention"), [
      `mandatory ${forEver}`,
    ]);
    assert.equal(said(strict, "iam-statement-forbid-unknown-actions").length, 1);
    assert.equal(said(strict, "sqs-queue-require-redrive").length, 1);
  });

  it("reports nothing as unverified", () => {
    const silent = outcome.findings.filter(({ sentence }) =>
      /can't run policy|The rule itself failed/.test(sentence),
    );
    assert.deepEqual(silent, []);
  });
});
