import * as assert from "node:assert/strict";
import * as fc from "fast-check";
import { evaluate, parseDocument } from "../../../iam";
import { installMilliseconds } from "../../support/emulator";
import { createSandbox, type Call, type Sandbox } from "./account";
import { asEmulated, divergences } from "./divergences";
import { policies } from "./generated";

const runs = Number(process.env.IAM_RUNS ?? 150);
/** A fixed seed, so that defects stay reproducible, and a random one. */
const seeds = { fixed: 20260101, fresh: Number(process.env.IAM_SEED ?? Date.now() % 2 ** 31) };

describe("The evaluator, beside the emulator's own", function () {
  this.timeout(installMilliseconds);
  let sandbox: Sandbox;
  before(async () => {
    sandbox = await createSandbox("iam-differential");
  });
  after(() => sandbox.end());

  /** What a request of the role's session brings along. */
  const context = () => ({
    "aws:PrincipalArn": sandbox.roleArn,
    "aws:PrincipalAccount": "123456789012",
    "aws:PrincipalType": "AssumedRole",
    "aws:RequestedRegion": "eu-central-1",
    "aws:SecureTransport": "true",
    "aws:SourceIp": "127.0.0.1",
    "aws:EpochTime": String(Math.floor(Date.now() / 1000)),
  });
  const decide = (document: object, { action, resource }: Call, like = "AWS"): boolean => {
    const asked = { documents: [parseDocument(document)], context: context() };
    const put = like === "AWS" ? asked : asEmulated(asked);
    return evaluate({ ...put, action, resource }).allowed;
  };

  for (const [which, seed] of Object.entries(seeds))
    it(`decides alike on real calls under generated policies, with a ${which} seed`, async () => {
      const count = { allowed: 0, denied: 0, divergent: 0 };
      const property = fc.asyncProperty(
        policies(sandbox.calls, sandbox.roleArn),
        async (document) => {
          await sandbox.put(document);
          for (const call of sandbox.calls) {
            const emulated = await sandbox.allows(call);
            const what = `${call.action} on ${call.resource} under ${JSON.stringify(document)}`;
            assert.equal(decide(document, call, "the emulator"), emulated, what);
            count[emulated ? "allowed" : "denied"] += 1;
            if (decide(document, call) !== emulated) count.divergent += 1;
          }
        },
      );
      await fc.assert(property, { seed, numRuns: runs });
      const { allowed, denied, divergent } = count;
      console.log(
        `      seed ${seed}: ${runs} policies, ${allowed} allowed, ${denied} denied, ${divergent} as listed`,
      );
      assert.ok(
        allowed * 10 > denied && denied * 10 > allowed,
        "both decisions have to occur often",
      );
    });

  const allow = (more: object) => ({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "*", Resource: "*", ...more }],
  });
  /** For each divergence, a policy on which AWS and the emulator decide differently. */
  const examples: Record<string, () => { document: object; onAws: boolean }> = {
    "the parts of an ARN are not matched one by one": () => ({
      document: allow({ Condition: { ArnLike: { "aws:PrincipalArn": "arn:aws:*" } } }),
      onAws: false,
    }),
    "policy variables in resources are replaced in documents of the older version, too": () => ({
      document: {
        ...allow({ Resource: "arn:aws:*:*:${aws:PrincipalAccount}:*" }),
        Version: "2008-10-17",
      },
      onAws: false,
    }),
    "policy variables in conditions are not replaced": () => ({
      document: allow({
        Condition: { StringEquals: { "aws:PrincipalAccount": "${aws:PrincipalAccount}" } },
      }),
      onAws: true,
    }),
    "aws:PrincipalArn is the session's, not the role's": () => ({
      document: allow({ Condition: { StringEquals: { "aws:PrincipalArn": sandbox.roleArn } } }),
      onAws: true,
    }),
  };

  for (const { name, page } of divergences)
    it(`knows that ${name} there, though by ${page} AWS does otherwise`, async () => {
      const example = examples[name];
      assert.ok(example, `an example is missing for: ${name}`);
      const { document, onAws } = example();
      const [call] = sandbox.calls;
      assert.ok(call);
      await sandbox.put(document);
      assert.equal(decide(document, call), onAws);
      assert.equal(await sandbox.allows(call), !onAws, "the emulator has fixed it: delete it here");
    });
});
