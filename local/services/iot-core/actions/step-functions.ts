import { randomUUID } from "node:crypto";
import { SFNClient, StartExecutionCommand } from "@aws-sdk/client-sfn";
import * as v from "valibot";
import type { ActionKind } from "./action";
import { jsonText } from "./json-text";

const Settings = v.strictObject({
  stateMachineName: v.pipe(
    v.string(),
    v.check((name) => !name.startsWith("arn:"), "is the name of the state machine, not its ARN"),
  ),
  executionNamePrefix: v.optional(v.string(), ""),
  roleArn: v.string(),
});

/**
 * Starts an execution whose input is the payload and whose name is the prefix, if any, followed by a UUID.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/stepfunctions-rule-action.html
 */
export const stepFunctions: ActionKind = {
  list: "stepFunctions",
  single: "stepFunctions",
  failedAction: "StepFunctionsAction",
  prepare(settings, { template }) {
    const { stateMachineName, executionNamePrefix, roleArn } = v.parse(Settings, settings);
    const prefixOf = template(executionNamePrefix);
    return {
      roleArn,
      target: template(stateMachineName),
      async perform({ clients, credentials, message, payload }, machine) {
        const { region, accountId } = clients.account;
        await clients.get(SFNClient, credentials).send(
          new StartExecutionCommand({
            stateMachineArn: `arn:aws:states:${region}:${accountId}:stateMachine:${machine}`,
            name: `${await prefixOf(message)}${randomUUID()}`,
            input: jsonText(payload, "InvalidExecutionInput"),
          }),
        );
      },
    };
  },
};
