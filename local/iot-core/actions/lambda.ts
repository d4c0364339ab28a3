import {
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  LambdaClient,
  ResourceNotFoundException,
} from "@aws-sdk/client-lambda";
import * as v from "valibot";
import { evaluate, parseDocument } from "../../../iam";
import { compileTemplate } from "../../../iot-sql";
import type { Clients } from "../../aws/clients";
import type { ActionKind } from "./action";
import { jsonText } from "./json-text";
import { serviceError } from "./service-error";

const Settings = v.strictObject({ functionArn: v.string() });

/**
 * Invokes a function asynchronously. It has no role: the function's own policy has to admit AWS IoT. It has succeeded
 * when Lambda has the event, whatever the function makes of it.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/lambda-rule-action.html
 */
export const lambda: ActionKind = {
  list: "lambdas",
  single: "lambda",
  failedAction: "LambdaAction",
  prepare(settings) {
    const { functionArn } = v.parse(Settings, settings);
    return {
      target: compileTemplate(functionArn),
      async perform({ clients, ruleArn, payload, invoke }, target) {
        const event: unknown = JSON.parse(jsonText(payload, "InvalidRequestContentException"));
        await clients
          .get(LambdaClient)
          .send(new GetFunctionConfigurationCommand({ FunctionName: target }));
        await checkPermission(clients, ruleArn, target);
        invoke(target, ruleArn, event);
      },
    };
  },
};

/** The emulator lets every rule invoke every function. */
async function checkPermission(
  clients: Clients,
  ruleArn: string,
  functionArn: string,
): Promise<void> {
  const policy = await policyOf(clients, functionArn);
  const { allowed, reason } = evaluate({
    documents: policy === undefined ? [] : [parseDocument(policy)],
    action: "lambda:InvokeFunction",
    resource: functionArn,
    principal: { kind: "Service", name: "iot.amazonaws.com" },
    context: {
      "aws:SourceArn": ruleArn,
      "aws:SourceAccount": clients.account.accountId,
      "aws:SecureTransport": "true",
    },
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
