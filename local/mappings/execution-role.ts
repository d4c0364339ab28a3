import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { assumeRole } from "../aws/assume-role";
import type { Clients, Credentials } from "../aws/clients";

/** Lambda's pollers renew their session long before the hour after which STS lets it expire. */
const renewAfterMilliseconds = 30 * 60_000;

/** The function that a mapping invokes, and the role as which Lambda reads its source and writes its destinations. */
export interface ExecutionRole {
  functionName: string;
  functionArn: string;
  roleArn: string;
  /** Throws what STS says when the role does not trust Lambda. */
  credentials(): Promise<Credentials>;
}

/** Lambda polls as the function's own role, so a permission that the role lacks stops the mapping. */
export async function executionRoleOf(
  clients: Clients,
  functionName: string,
): Promise<ExecutionRole> {
  const configuration = await clients
    .get(LambdaClient)
    .send(new GetFunctionConfigurationCommand({ FunctionName: functionName }));
  const { FunctionName, FunctionArn, Role } = configuration;
  if (!FunctionName || !FunctionArn || !Role) {
    throw new Error(`Function '${functionName}' has no execution role; give it one.`);
  }
  let session: { credentials: Promise<Credentials>; since: number } | undefined;
  return {
    functionName: FunctionName,
    functionArn: FunctionArn,
    roleArn: Role,
    credentials() {
      if (session && Date.now() - session.since < renewAfterMilliseconds) {
        return session.credentials;
      }
      const credentials = assumeRole(clients, {
        roleArn: Role,
        servicePrincipal: "lambda.amazonaws.com",
        context: {
          "aws:SourceAccount": clients.account.accountId,
          "aws:SourceArn": FunctionArn,
        },
      });
      credentials.catch(() => (session = undefined));
      session = { credentials, since: Date.now() };
      return credentials;
    },
  };
}
