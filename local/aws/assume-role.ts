import { GetRoleCommand, IAMClient, UpdateAssumeRolePolicyCommand } from "@aws-sdk/client-iam";
import { AssumeRoleCommand, STSClient, type AssumeRoleCommandOutput } from "@aws-sdk/client-sts";
import { evaluate, parseDocument, serviceContext } from "../../iam";
import type { Clients, Credentials } from "./clients";

/** A service that assumes a role, and on whose behalf. */
export interface RoleUse {
  roleArn: string;
  /** `iot.amazonaws.com` */
  servicePrincipal: string;
  /** The resource for which the service assumes the role. Only the keys that AWS documents for the service are sent. */
  sourceArn: string;
  /** Tags of the session. @default none */
  tags?: Record<string, string>;
  /** @default 3600 */
  durationSeconds?: number;
}

/** Credentials with the time at which they expire, in ms since the epoch. */
export interface SessionCredentials {
  credentials: Credentials;
  expires: number;
}

interface Session {
  credentials: Promise<Credentials>;
  /** Milliseconds since the epoch; infinite until STS has answered. */
  expires: number;
}

/** The remaining lifetime at which a session is renewed, so that none expires during a call. */
const reserveMilliseconds = 5 * 60_000;

const sessionsOf = new WeakMap<Clients, Map<string, Session>>();

/**
 * Returns session credentials of a role for a service. The emulator never checks whether a role trusts a service, so its trust policy
 * is evaluated here; a denial is an error named `AccessDenied`. Sessions are kept until shortly before they expire (1 hour), so a
 * change of trust takes effect with the next session, as on AWS.
 */
export function assumeRole(clients: Clients, use: RoleUse): Promise<Credentials> {
  const sessions = sessionsOf.get(clients) ?? new Map<string, Session>();
  sessionsOf.set(clients, sessions);
  const key = JSON.stringify([use.roleArn, use.servicePrincipal, use.sourceArn]);
  const known = sessions.get(key);
  if (known && known.expires - Date.now() > reserveMilliseconds) return known.credentials;

  const session: Session = {
    expires: Infinity,
    credentials: newSession(clients, use).then(({ credentials, expires }) => {
      session.expires = expires;
      return credentials;
    }),
  };
  sessions.set(key, session);
  session.credentials.catch(() => sessions.delete(key));
  return session.credentials;
}

/** Forgets a role's session, so that its next use evaluates the trust policy again. */
export function forgetSessions(clients: Clients, roleArn: string): void {
  const sessions = sessionsOf.get(clients);
  for (const key of sessions?.keys() ?? [])
    if ((JSON.parse(key) as unknown[])[0] === roleArn) sessions?.delete(key);
}

/** Starts a session that is not kept; evaluates the trust policy as {@link assumeRole} does. */
export async function newSession(clients: Clients, use: RoleUse): Promise<SessionCredentials> {
  const { Credentials: session } = await inTurn(use.roleArn, async () => {
    const RoleName = use.roleArn.split("/").pop();
    const { Role } = await clients.get(IAMClient).send(new GetRoleCommand({ RoleName }));
    const trust = decodeURIComponent(Role?.AssumeRolePolicyDocument ?? "{}");
    checkTrust(trust, use, clients.account.accountId);
    return assumeAsRoot(clients, use, trust);
  });
  const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = session ?? {};
  if (!AccessKeyId || !SecretAccessKey || !Expiration)
    throw new Error(`STS gave no credentials for ${use.roleArn}; see the emulator's log.`);
  return {
    credentials: {
      accessKeyId: AccessKeyId,
      secretAccessKey: SecretAccessKey,
      sessionToken: SessionToken,
    },
    expires: Expiration.getTime(),
  };
}

function checkTrust(trust: string, use: RoleUse, sourceAccount: string): void {
  const { roleArn, servicePrincipal: service, sourceArn } = use;
  const action = "sts:AssumeRole";
  const { allowed, reason } = evaluate({
    documents: [parseDocument(trust)],
    action,
    resource: roleArn,
    principal: { kind: "Service", name: service },
    context: serviceContext({ service, action, sourceArn, sourceAccount }),
  });
  if (allowed) return;
  const error = new Error(`The trust policy of the role refuses: ${reason}`);
  throw Object.assign(error, { name: "AccessDenied" });
}

/**
 * The emulator's STS knows no services: only the account's root can request the session, and no condition on `aws:SourceArn` holds for
 * root. So the role trusts root during the call.
 */
async function assumeAsRoot(
  clients: Clients,
  { roleArn, servicePrincipal, tags = {}, durationSeconds }: RoleUse,
  trust: string,
): Promise<AssumeRoleCommandOutput> {
  const iam = clients.get(IAMClient);
  const RoleName = roleArn.split("/").pop();
  const setTrust = (PolicyDocument: string): Promise<unknown> =>
    iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
  const document = JSON.parse(trust) as { Statement: unknown };
  const root = `arn:aws:iam::${clients.account.accountId}:root`;
  const Action = ["sts:AssumeRole", "sts:TagSession"];
  const trustRoot = { Effect: "Allow", Principal: { AWS: root }, Action };
  await setTrust(
    JSON.stringify({ ...document, Statement: [document.Statement, trustRoot].flat() }),
  );
  try {
    return await clients.get(STSClient).send(
      new AssumeRoleCommand({
        RoleArn: roleArn,
        RoleSessionName: servicePrincipal.split(".")[0],
        DurationSeconds: durationSeconds,
        Tags: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })),
      }),
    );
  } finally {
    await setTrust(trust);
  }
}

const turns = new Map<string, Promise<unknown>>();

/** One after the other for each role, so that none reads the other's temporary trust policy as the role's own. */
function inTurn<Result>(roleArn: string, step: () => Promise<Result>): Promise<Result> {
  const turn = (turns.get(roleArn) ?? Promise.resolve()).then(step, step);
  turns.set(roleArn, turn);
  return turn;
}
