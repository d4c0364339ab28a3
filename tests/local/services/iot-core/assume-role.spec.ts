import * as assert from "node:assert/strict";
import { GetRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { assumeRole, forgetSessions } from "../../../../local/aws/assume-role";
import { createClients, type Clients, type Credentials } from "../../../../local/aws/clients";
import { sharedAccount } from "../../../support/account";
import { createWorld, trustIot, type World } from "./world";

describe("assumeRole", () => {
  let world: World;
  let clients: Clients;
  before(async () => {
    world = await createWorld();
    clients = world.clients;
  });
  after(() => world.end());

  const source = (rule: string) => `arn:aws:iot:eu-central-1:123456789012:rule/${rule}`;
  const assume = (roleArn: string, rule = "one", of = clients): Promise<Credentials> =>
    assumeRole(of, { roleArn, servicePrincipal: "iot.amazonaws.com", sourceArn: source(rule) });

  it("returns a session of the role", async () => {
    const roleArn = await world.role([]);
    const credentials = await assume(roleArn);
    const { Arn } = await clients
      .get(STSClient, credentials)
      .send(new GetCallerIdentityCommand({}));
    const assumed = roleArn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/");
    assert.equal(Arn, `${assumed}/iot`);
  });

  it("leaves the trust policy of the role as it was", async () => {
    const trust = trustIot("one");
    const roleArn = await world.role([], trust);
    await Promise.all([assume(roleArn), assume(roleArn), assert.rejects(assume(roleArn, "two"))]);
    const { Role } = await clients
      .get(IAMClient)
      .send(new GetRoleCommand({ RoleName: roleArn.split("/")[1] }));
    const document = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "");
    assert.deepEqual(JSON.parse(document), trust);
  });

  it("rejects principals that the trust policy does not name", async () => {
    const roleArn = await world.role([], trustIot("one"));
    await assert.rejects(assume(roleArn, "two"), {
      name: "AccessDenied",
      message: `The trust policy of the role refuses: iot.amazonaws.com asks for sts:AssumeRole on ${roleArn}: no statement allows it.`,
    });
    await assert.rejects(
      assumeRole(clients, {
        roleArn,
        servicePrincipal: "lambda.amazonaws.com",
        sourceArn: source("one"),
      }),
      { name: "AccessDenied" },
    );
  });

  it("sends no condition key that AWS does not document for the service", async () => {
    for (const key of ["aws:SourceArn", "aws:SourceAccount"]) {
      const value = key === "aws:SourceArn" ? source("one") : "123456789012";
      const trust = {
        Version: "2012-10-17",
        Statement: [
          {
            Effect: "Allow",
            Principal: { Service: ["iot.amazonaws.com", "lambda.amazonaws.com"] },
            Action: "sts:AssumeRole",
            Condition: { StringEquals: { [key]: value } },
          },
        ],
      };
      const roleArn = await world.role([], trust);
      await assume(roleArn);
      await assert.rejects(
        assumeRole(clients, {
          roleArn,
          servicePrincipal: "lambda.amazonaws.com",
          sourceArn: source("one"),
        }),
        { name: "AccessDenied" },
      );
    }
  });

  it("reuses a session for the same resource", async () => {
    const roleArn = await world.role([]);
    const [one, again, two] = await Promise.all([
      assume(roleArn),
      assume(roleArn),
      assume(roleArn, "two"),
    ]);
    assert.equal(again, one);
    assert.notEqual(two.accessKeyId, one.accessKeyId);
    const elsewhere = createClients(await sharedAccount());
    const other = await assume(roleArn, "one", elsewhere);
    assert.notEqual(other.accessKeyId, one.accessKeyId);
    elsewhere.destroy();
  });

  it("starts a new session after the old ones are discarded", async () => {
    const [roleArn, untouched] = [await world.role([]), await world.role([])];
    const [one, kept] = [await assume(roleArn), await assume(untouched)];
    forgetSessions(clients, roleArn);
    assert.notEqual((await assume(roleArn)).accessKeyId, one.accessKeyId);
    assert.equal((await assume(untouched)).accessKeyId, kept.accessKeyId);
  });

  it("does not cache a denial", async () => {
    const roleArn = await world.role([], trustIot("two"));
    await assert.rejects(assume(roleArn), { name: "AccessDenied" });
    await world.trust(roleArn, trustIot("one"));
    await assume(roleArn);
  });
});
