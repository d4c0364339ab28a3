import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import { assumeRole } from "../../aws/assume-role";
import type { Clients, Credentials } from "../../aws/clients";
import { createMemory } from "../../aws/memory";

/** A function and its execution role, as which Lambda reads sources and writes to destinations. */
export interface ExecutionRole {
  functionName: string;
  functionArn: string;
  roleArn: string;
  /** Rejects if the role does not trust Lambda. */
  credentials(): Promise<Credentials>;
}

const roles = createMemory<ExecutionRole>();

/** Returns a function's execution role. Lambda polls as this role, so a missing permission stops the mapping. */
export const executionRoleOf = (clients: Clients, functionName: string): Promise<ExecutionRole> =>
  roles.recall(clients, functionName, () => readRole(clients, functionName)).answer;

async function readRole(clients: Clients, functionName: string): Promise<ExecutionRole> {
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
        sourceArn: FunctionArn,
      }),
  };
}
