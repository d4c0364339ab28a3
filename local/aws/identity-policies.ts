import {
  GetGroupPolicyCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  GetRoleCommand,
  GetRolePolicyCommand,
  GetUserCommand,
  GetUserPolicyCommand,
  IAMClient,
  ListAttachedGroupPoliciesCommand,
  ListAttachedRolePoliciesCommand,
  ListAttachedUserPoliciesCommand,
  ListGroupPoliciesCommand,
  ListGroupsForUserCommand,
  ListRolePoliciesCommand,
  ListUserPoliciesCommand,
  type AttachedPolicy,
} from "@aws-sdk/client-iam";
import { parseDocument, type PolicyDocument } from "../../iam";
import type { Clients } from "./clients";

/** The policies that decide what an IAM principal may do. A session policy is not among them: IAM does not store it. */
export interface IdentityPolicies {
  policies: PolicyDocument[];
  /** The documents of its permissions boundary, if it has one. */
  boundary: PolicyDocument[] | undefined;
}

/** The inline and attached policies of a role. */
export async function rolePolicies(clients: Clients, RoleName: string): Promise<IdentityPolicies> {
  const iam = clients.get(IAMClient);
  const [{ Role }, { PolicyNames }, { AttachedPolicies }] = await Promise.all([
    iam.send(new GetRoleCommand({ RoleName })),
    iam.send(new ListRolePoliciesCommand({ RoleName })),
    iam.send(new ListAttachedRolePoliciesCommand({ RoleName })),
  ]);
  const inline = await each(PolicyNames, async (PolicyName) => {
    const command = new GetRolePolicyCommand({ RoleName, PolicyName });
    return documentOf((await iam.send(command)).PolicyDocument);
  });
  const boundary = Role?.PermissionsBoundary?.PermissionsBoundaryArn;
  return {
    policies: [...inline, ...(await attached(iam, AttachedPolicies))],
    boundary: boundary === undefined ? undefined : [await managed(iam, boundary)],
  };
}

/** The inline and attached policies of a user, and those of its groups. */
export async function userPolicies(clients: Clients, UserName: string): Promise<IdentityPolicies> {
  const iam = clients.get(IAMClient);
  const [{ User }, { PolicyNames }, { AttachedPolicies }, { Groups }] = await Promise.all([
    iam.send(new GetUserCommand({ UserName })),
    iam.send(new ListUserPoliciesCommand({ UserName })),
    iam.send(new ListAttachedUserPoliciesCommand({ UserName })),
    iam.send(new ListGroupsForUserCommand({ UserName })),
  ]);
  const inline = await each(PolicyNames, async (PolicyName) => {
    const command = new GetUserPolicyCommand({ UserName, PolicyName });
    return documentOf((await iam.send(command)).PolicyDocument);
  });
  const groups = await each(Groups, ({ GroupName = "" }) => groupPolicies(iam, GroupName));
  const boundary = User?.PermissionsBoundary?.PermissionsBoundaryArn;
  return {
    policies: [...inline, ...(await attached(iam, AttachedPolicies)), ...groups.flat()],
    boundary: boundary === undefined ? undefined : [await managed(iam, boundary)],
  };
}

async function groupPolicies(iam: IAMClient, GroupName: string): Promise<PolicyDocument[]> {
  const [{ PolicyNames }, { AttachedPolicies }] = await Promise.all([
    iam.send(new ListGroupPoliciesCommand({ GroupName })),
    iam.send(new ListAttachedGroupPoliciesCommand({ GroupName })),
  ]);
  const inline = await each(PolicyNames, async (PolicyName) => {
    const command = new GetGroupPolicyCommand({ GroupName, PolicyName });
    return documentOf((await iam.send(command)).PolicyDocument);
  });
  return [...inline, ...(await attached(iam, AttachedPolicies))];
}

const attached = (iam: IAMClient, policies?: AttachedPolicy[]): Promise<PolicyDocument[]> =>
  each(policies, ({ PolicyArn = "" }) => managed(iam, PolicyArn));

async function managed(iam: IAMClient, PolicyArn: string): Promise<PolicyDocument> {
  const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
  const { PolicyVersion } = await iam.send(
    new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
  );
  return documentOf(PolicyVersion?.Document);
}

/** IAM returns documents with percent encoding. */
const documentOf = (text = ""): PolicyDocument => parseDocument(decodeURIComponent(text));

const each = <Item, Result>(
  items: Item[] | undefined,
  step: (item: Item) => Promise<Result>,
): Promise<Result[]> => Promise.all((items ?? []).map(step));
