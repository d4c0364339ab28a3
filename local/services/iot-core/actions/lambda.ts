import { GetFunctionConfigurationCommand, LambdaClient } from "@aws-sdk/client-lambda";
import * as v from "valibot";
import { checkFunctionPermission } from "../function-permission";
import { readJson } from "../../../../iot-sql";
import type { ActionKind } from "./action";
import { jsonText } from "./json-text";

const Settings = v.strictObject({ functionArn: v.string() });

/**
 * Invokes a function asynchronously. The action has no role: the function's resource policy must permit AWS IoT. The action
 * succeeds when Lambda has accepted the event, regardless of the function's result.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/lambda-rule-action.html
 */
export const lambda: ActionKind = {
  list: "lambdas",
  single: "lambda",
  failedAction: "LambdaAction",
  prepare(settings, { template }) {
    const { functionArn } = v.parse(Settings, settings);
    return {
      target: template(functionArn),
      async perform({ clients, ruleArn, payload, invoke }, target) {
        jsonText(payload, "InvalidRequestContentException");
        const event = readJson(payload);
        await clients
          .get(LambdaClient)
          .send(new GetFunctionConfigurationCommand({ FunctionName: target }));
        await checkFunctionPermission(clients, ruleArn, target);
        invoke(target, ruleArn, event);
      },
    };
  },
};
