import {
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import type { Clients } from "../../../../local/aws/clients";
import { sentBy } from "../../../../iam";
import { next } from "./names";

export interface Statement {
  Action: string[];
  Resource: string;
  Condition?: object;
}

/** The trust policy of a role. */
interface Trust {
  service: string;
  sourceArn: string;
  /** @default what AWS documents that the service sends */
  condition?: object;
}

export interface Roles {
  /** A role that a service may assume for one resource of its own. */
  role(trust: Trust, allow?: Statement[]): Promise<{ name: string; arn: string }>;
  allow(roleName: string, statements: Statement[]): Promise<void>;
  forbid(roleName: string): Promise<void>;
}

export function createRoles(clients: Clients): Roles {
  const { account } = clients;
  const iam = clients.get(IAMClient);
  const roles: Roles = {
    async role(trust, allow = []) {
      const { service, condition = documented(trust, account.accountId) } = trust;
      const name = next("role");
      const { Role } = await iam.send(
        new CreateRoleCommand({
          RoleName: name,
          AssumeRolePolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: {
              Effect: "Allow",
              Principal: { Service: service },
              Action: "sts:AssumeRole",
              Condition: condition,
            },
          }),
        }),
      );
      if (allow.length > 0) await roles.allow(name, allow);
      return { name, arn: Role?.Arn ?? "" };
    },
    async allow(RoleName, statements) {
      const Statement = statements.map((statement) => ({ Effect: "Allow", ...statement }));
      await iam.send(
        new PutRolePolicyCommand({
          RoleName,
          PolicyName: "access",
          PolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement }),
        }),
      );
    },
    async forbid(RoleName) {
      await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: "access" }));
    },
  };
  return roles;
}

function documented({ service, sourceArn }: Trust, account: string): object {
  const { keys = [] } = sentBy(service, "sts:AssumeRole") ?? {};
  const equal = Object.fromEntries(
    keys.filter((key) => key !== "aws:SourceArn").map((key) => [key, account]),
  );
  return {
    ...(Object.keys(equal).length > 0 && { StringEquals: equal }),
    ...(keys.includes("aws:SourceArn") && { ArnEquals: { "aws:SourceArn": sourceArn } }),
  };
}
