import { GetPolicyCommand, LambdaClient, ResourceNotFoundException } from "@aws-sdk/client-lambda";
import { evaluate, parseDocument, serviceContext } from "../../../iam";
import type { Clients } from "../../aws/clients";
import { serviceError } from "./actions/service-error";

/** Rejects unless a function's policy permits AWS IoT for a rule: the emulator does not check this. */
export async function checkFunctionPermission(
  clients: Clients,
  ruleArn: string,
  functionArn: string,
): Promise<void> {
  const policy = await policyOf(clients, functionArn);
  const service = "iot.amazonaws.com";
  const action = "lambda:InvokeFunction";
  const sourceAccount = clients.account.accountId;
  const { allowed, reason } = evaluate({
    documents: policy === undefined ? [] : [parseDocument(policy)],
    action,
    resource: functionArn,
    principal: { kind: "Service", name: service },
    context: serviceContext({ service, action, sourceArn: ruleArn, sourceAccount }),
  });
  if (allowed) return;
  throw serviceError("AccessDeniedException", `The function's policy refuses: ${reason}`, 403);
}

async function policyOf(clients: Clients, FunctionName: string): Promise<string | undefined> {
  try {
    const { Policy } = await clients.get(LambdaClient).send(new GetPolicyCommand({ FunctionName }));
    return Policy;
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}
