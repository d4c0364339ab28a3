import * as assert from "node:assert/strict";
import { arn } from "../../../components/parts/names";
import { allow as permit } from "../../../components/parts/policy-document";
import { Role } from "../../../components/parts/role";
import { account, deploy, statements } from "../../support/deploy";
import { allow, arns, trustedBy } from "../support";

describe("Role", () => {
  const deployed = (onBehalfOf?: () => ReturnType<typeof arn.rule>) =>
    deploy(() => {
      const role = new Role("demo", {
        service: onBehalfOf ? "iot.amazonaws.com" : "lambda.amazonaws.com",
        onBehalfOf: onBehalfOf?.(),
        statements: [
          permit("Send", "sqs:SendMessage", arn.queue("q")),
          permit("Send", "sqs:SendMessage", arn.queue("r")),
        ],
      });
      return { arn: role.arn };
    });

  it("is assumed by a service on behalf of one resource of this account", async () => {
    const made = await deployed(() => arn.rule("demo_rule"));
    assert.deepEqual(made.only("aws:iam/role:Role").name, "iot-integrations-test-euc1-demo");
    assert.deepEqual(
      statements(made.only("aws:iam/role:Role").assumeRolePolicy),
      trustedBy("demo_rule"),
    );
  });

  it("is assumed by Lambda without a condition, since Lambda documents none", async () => {
    const made = await deployed();
    assert.deepEqual(statements(made.only("aws:iam/role:Role").assumeRolePolicy), [
      { Effect: "Allow", Principal: { Service: "lambda.amazonaws.com" }, Action: "sts:AssumeRole" },
    ]);
  });

  it("has its permissions inline, each with an id of its own, and no other policy", async () => {
    const made = await deployed();
    const { policy, ...rest } = made.only("aws:iam/rolePolicy:RolePolicy");
    assert.deepEqual(rest, { name: "permissions", role: "iot-integrations-test-euc1-demo" });
    const queue = (name: string) => `arn:aws:sqs:eu-central-1:${account}:${name}`;
    assert.deepEqual(statements(policy), [
      allow("Send", "sqs:SendMessage", queue("q")),
      allow("Send2", "sqs:SendMessage", queue("r")),
    ]);
    assert.equal(made.all("aws:iam/rolePolicyAttachment:RolePolicyAttachment").size, 0);
    assert.equal(made.only("aws:iam/role:Role").managedPolicyArns, undefined);
  });

  it("has an ARN that is known before it exists", async () =>
    assert.equal((await deployed()).outputs.arn, arns.role("demo")));
});
