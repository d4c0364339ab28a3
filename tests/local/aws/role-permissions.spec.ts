import * as assert from "node:assert/strict";
import {
  CreatePolicyCommand,
  CreateRoleCommand,
  IAMClient,
  PutRolePermissionsBoundaryCommand,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import { createClients, type Clients } from "../../../local/aws/clients";
import { checkRole } from "../../../local/aws/role-permissions";
import { sharedAccount } from "../../support/account";

describe("permissions of a role", () => {
  let clients: Clients;
  let iam: IAMClient;
  let made = 0;
  before(async () => {
    clients = createClients(await sharedAccount());
    iam = clients.get(IAMClient);
  });
  after(() => clients.destroy());

  const bus = "arn:aws:events:eu-central-1:123456789012:event-bus/one";
  const request = { action: "events:PutEvents", resource: bus };
  const documentOf = (...statements: object[]): string =>
    JSON.stringify({
      Version: "2012-10-17",
      Statement: statements.map((statement) => ({ Effect: "Allow", ...statement })),
    });
  const putting = { Action: request.action, Resource: bus };
  const denied = {
    name: "AccessDenied",
    message: `events:PutEvents on ${bus}: no statement allows it.`,
  };

  async function roleWith(statements: object[]): Promise<{ name: string; roleArn: string }> {
    const name = `role-permissions-${++made}`;
    const AssumeRolePolicyDocument = documentOf({
      Principal: { Service: "iot.amazonaws.com" },
      Action: "sts:AssumeRole",
    });
    const { Role } = await iam.send(
      new CreateRoleCommand({ RoleName: name, Path: "/a/path/", AssumeRolePolicyDocument }),
    );
    await allow(name, statements);
    return { name, roleArn: Role?.Arn ?? "" };
  }

  async function allow(RoleName: string, statements: object[]): Promise<void> {
    if (statements.length === 0) return;
    const PolicyDocument = documentOf(...statements);
    await iam.send(new PutRolePolicyCommand({ RoleName, PolicyName: "own", PolicyDocument }));
  }

  /** A role that may put events, within a boundary. */
  async function bounded(...boundary: object[]): Promise<string> {
    const { name, roleArn } = await roleWith([putting]);
    const PolicyDocument = documentOf(...boundary);
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: `${name}-boundary`, PolicyDocument }),
    );
    await iam.send(
      new PutRolePermissionsBoundaryCommand({ RoleName: name, PermissionsBoundary: Policy?.Arn }),
    );
    return roleArn;
  }

  it("are what its policies allow", async () => {
    const { roleArn } = await roleWith([putting]);
    await checkRole(clients, { roleArn, ...request });
    const other = `${bus}-other`;
    await assert.rejects(checkRole(clients, { roleArn, ...request, resource: other }), {
      name: "AccessDenied",
      message: `events:PutEvents on ${other}: no statement allows it.`,
    });
  });

  it("end at its permissions boundary, whatever its policies allow", async () => {
    const within = await bounded({ Action: "events:*", Resource: "*" });
    await checkRole(clients, { roleArn: within, ...request });
    const beyond = await bounded({ Action: "sqs:*", Resource: "*" });
    await assert.rejects(checkRole(clients, { roleArn: beyond, ...request }), denied);
  });

  it("are not those of its boundary", async () => {
    const { name, roleArn } = await roleWith([]);
    const { Policy } = await iam.send(
      new CreatePolicyCommand({ PolicyName: `${name}-wide`, PolicyDocument: documentOf(putting) }),
    );
    await iam.send(
      new PutRolePermissionsBoundaryCommand({ RoleName: name, PermissionsBoundary: Policy?.Arn }),
    );
    await assert.rejects(checkRole(clients, { roleArn, ...request }), denied);
  });

  it("depend on what the service knows of the request, and count it as sent by TLS", async () => {
    const Condition = {
      StringEquals: { "events:source": "devices" },
      Bool: { "aws:SecureTransport": "true" },
    };
    const { roleArn } = await roleWith([{ ...putting, Condition }]);
    const from = (source: string): Promise<void> =>
      checkRole(clients, { roleArn, ...request, context: { "events:source": source } });
    await from("devices");
    await assert.rejects(from("others"), { name: "AccessDenied" });
    await assert.rejects(checkRole(clients, { roleArn, ...request }), { name: "AccessDenied" });
  });

  it("count as soon as they are given", async () => {
    const { name, roleArn } = await roleWith([]);
    await assert.rejects(checkRole(clients, { roleArn, ...request }), denied);
    await allow(name, [putting]);
    await checkRole(clients, { roleArn, ...request });
  });
});
