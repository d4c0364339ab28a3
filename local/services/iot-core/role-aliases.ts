import { evaluate } from "../../../iam";
import { newSession, type SessionCredentials } from "../../aws/assume-role";
import type { Clients } from "../../aws/clients";
import type { DeviceCertificate } from "./registry";

/** The inputs of aws.iot.RoleAlias that are used here. */
export interface RoleAliasInputs {
  alias: string;
  roleArn: string;
  /** In seconds. @default 3600 */
  credentialDuration?: number;
}

/** A device's request for credentials. */
export interface CredentialsRequest {
  /** Undefined for a certificate that is not registered, or not active. */
  certificate: DeviceCertificate | undefined;
  alias: string;
  /** From the header `x-amzn-iot-thingname`. */
  thingName: string | undefined;
}

/** The role aliases of the account. */
export interface RoleAliases {
  add(inputs: RoleAliasInputs): { arn: string };
  /** Rejects with an error named `Forbidden`, or `ResourceNotFound`, with the reason in one sentence. */
  credentials(request: CredentialsRequest): Promise<SessionCredentials>;
}

/** The service that assumes the roles behind aliases. */
const service = "credentials.iot.amazonaws.com";

/**
 * Issues credentials as the credentials provider of AWS IoT does: the certificate is active, its policies allow the alias, it is attached to
 * the thing that the device names, and the role trusts the provider. The session carries the variables of the provider as tags, which the
 * emulator reads (local/emulator/amendments.py).
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/authorizing-direct-aws.html
 */
export function createRoleAliases(clients: Clients): RoleAliases {
  const { region, accountId } = clients.account;
  const aliases = new Map<string, RoleAliasInputs>();
  const arnOf = (alias: string): string => `arn:aws:iot:${region}:${accountId}:rolealias/${alias}`;
  return {
    add(inputs) {
      if (aliases.has(inputs.alias))
        throw new Error(`There is a role alias '${inputs.alias}' already; choose another name.`);
      aliases.set(inputs.alias, inputs);
      return { arn: arnOf(inputs.alias) };
    },
    async credentials({ certificate, alias, thingName }) {
      if (!certificate) throw refusal("The certificate is not known, or not active.");
      const found = aliases.get(alias);
      if (!found) throw refusal(`There is no role alias ${alias}.`, "ResourceNotFound");
      const { allowed, reason } = evaluate({
        documents: certificate.policies,
        action: "iot:AssumeRoleWithCertificate",
        resource: arnOf(alias),
        context: certificate.context,
      });
      if (!allowed) throw refusal(reason);
      if (thingName !== undefined && thingName !== certificate.thingName)
        throw refusal(`The certificate is not attached to thing ${thingName}.`);
      try {
        return await newSession(clients, {
          roleArn: found.roleArn,
          servicePrincipal: service,
          sourceArn: arnOf(alias),
          tags: {
            "credentials-iot:AwsCertificateId": certificate.id,
            ...(thingName !== undefined && { "credentials-iot:ThingName": thingName }),
          },
          ...(found.credentialDuration && { durationSeconds: found.credentialDuration }),
        });
      } catch (error) {
        throw refusal((error as Error).message);
      }
    },
  };
}

const refusal = (reason: string, name = "Forbidden"): Error =>
  Object.assign(new Error(reason), { name });
