import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { assumeRole } from "../../aws/assume-role";
import type { Clients, Credentials } from "../../aws/clients";

/** The function that a mapping invokes, and the role as which Lambda reads its source and writes its destinations. */
export interface ExecutionRole {
  functionName: string;
  functionArn: string;
  roleArn: string;
  /** Throws when the role does not trust Lambda. */
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
  return {
    functionName: FunctionName,
    functionArn: FunctionArn,
    roleArn: Role,
    credentials: () =>
      assumeRole(clients, {
        roleArn: Role,
        servicePrincipal: "lambda.amazonaws.com",
        context: {
          "aws:SourceAccount": clients.account.accountId,
          "aws:SourceArn": FunctionArn,
        },
      }),
  };
}
