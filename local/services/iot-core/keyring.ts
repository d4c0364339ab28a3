import {
  GetAccessKeyLastUsedCommand,
  GetUserCommand,
  IAMClient,
  NoSuchEntityException,
} from "@aws-sdk/client-iam";
import { GetCallerIdentityCommand, STSClient } from "@aws-sdk/client-sts";
import { parseDocument } from "../../../iam";
import type { Clients, Credentials } from "../../aws/clients";
import { rolePolicies, userPolicies, type IdentityPolicies } from "../../aws/identity-policies";
import type { Identity } from "./permissions";

/**
 * IAM credentials for signed MQTT over WebSocket. The emulator does not return secrets, so credentials must be introduced before
 * a client connects with them.
 */
export interface Keyring {
  /** Asks STS for the identity of the credentials, and stores them. */
  introduce: (credentials: Credentials) => Promise<void>;
  credentials: (accessKeyId: string) => Credentials | undefined;
  /** The identity of an access key, if it still exists in the account; undefined for a session that was not introduced. */
  identity: (accessKeyId: string) => Promise<Identity | undefined>;
}

interface Caller {
  arn: string;
  userId: string;
}

export function createKeyring(clients: Clients): Keyring {
  const introduced = new Map<string, Credentials>();

  async function callerOf(credentials: Credentials): Promise<Caller> {
    const { Arn: arn = "", UserId: userId = "" } = await clients
      .get(STSClient, credentials)
      .send(new GetCallerIdentityCommand({}));
    return { arn, userId };
  }

  return {
    async introduce(credentials) {
      await callerOf(credentials);
      introduced.set(credentials.accessKeyId, credentials);
    },
    credentials: (accessKeyId) => introduced.get(accessKeyId),
    async identity(accessKeyId) {
      const credentials = introduced.get(accessKeyId);
      // STS refuses a key that was deleted or has expired since.
      const caller = credentials
        ? await callerOf(credentials)
        : await ownerOf(clients.get(IAMClient), accessKeyId);
      return caller && identityOf(clients, caller);
    },
  };
}

/** The user of a long-term key. */
async function ownerOf(iam: IAMClient, AccessKeyId: string): Promise<Caller | undefined> {
  try {
    const { UserName } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }));
    const { User } = await iam.send(new GetUserCommand({ UserName }));
    return { arn: User?.Arn ?? "", userId: User?.UserId ?? "" };
  } catch (error) {
    if (error instanceof NoSuchEntityException) return undefined;
    throw error;
  }
}

const everything: IdentityPolicies = {
  policies: [
    parseDocument(
      JSON.stringify({
        Version: "2012-10-17",
        Statement: [{ Effect: "Allow", Action: "*", Resource: "*" }],
      }),
    ),
  ],
  boundary: undefined,
};

async function identityOf(clients: Clients, { arn, userId }: Caller): Promise<Identity> {
  const [, , , , , resource = ""] = arn.split(":");
  const [kind, ...names] = resource.split("/");
  // A role's path is not part of its sessions' ARN.
  const name = kind === "user" ? (names.at(-1) ?? "") : (names[0] ?? "");
  const read = (): Promise<IdentityPolicies> => {
    if (kind === "assumed-role") return rolePolicies(clients, name);
    return kind === "user" ? userPolicies(clients, name) : Promise.resolve(everything);
  };
  const identity: Identity = {
    id: userId,
    ...(await read()),
    context: {
      "aws:PrincipalArn": arn,
      "aws:userid": userId,
      "aws:SecureTransport": "true",
      ...(kind === "user" && { "aws:username": name }),
    },
    refresh: async () => void Object.assign(identity, await read()),
  };
  return identity;
}
