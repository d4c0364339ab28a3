import {
  CreateStateMachineCommand,
  SFNClient,
  type LogLevel,
  type StateMachineType,
} from "@aws-sdk/client-sfn";
import type * as aws from "@pulumi/aws";
import { assumeRole } from "../../aws/assume-role";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";
import type { Workflows } from "./workflows";

/** What the provisioners of this service use of the local run. */
interface StepFunctionsServices {
  workflows: Pick<Workflows, "add">;
}

const stateMachine: Provisioner<StepFunctionsServices> = async (resource, context) => {
  const { clients, services, notHonoured } = context;
  const inputs = inputsOf<aws.sfn.StateMachineArgs, "name">(resource, "name");
  const { region, accountId } = clients.account;
  const arn = `arn:aws:states:${region}:${accountId}:stateMachine:${inputs.name}`;
  // The emulator ignores the role; AWS assumes it before it creates the workflow.
  await assumeRole(clients, {
    roleArn: inputs.roleArn,
    servicePrincipal: "states.amazonaws.com",
    sourceArn: arn,
  });
  const { loggingConfiguration: logging, tracingConfiguration: tracing } = inputs;
  await clients.get(SFNClient).send(
    new CreateStateMachineCommand({
      name: inputs.name,
      type: inputs.type as StateMachineType | undefined,
      roleArn: inputs.roleArn,
      definition: inputs.definition,
      loggingConfiguration: logging && {
        level: logging.level as LogLevel | undefined,
        includeExecutionData: logging.includeExecutionData,
        destinations: logging.logDestination
          ? [{ cloudWatchLogsLogGroup: { logGroupArn: logging.logDestination } }]
          : [],
      },
      tracingConfiguration: tracing && { enabled: tracing.enabled },
    }),
  );
  notHonoured(
    "Workflows run their tasks without checking their role's permissions, write no log and send no traces; errors of their functions count in no metric of Lambda.",
  );
  if (inputs.type === "EXPRESS")
    notHonoured(
      "Express workflows run here as standard ones: named executions run once, are kept, and send events when they fail.",
    );
  services.workflows.add(arn);
  return { id: arn, state: { ...resource.plain, arn } };
};

export const provisioners: Provisioners<StepFunctionsServices> = {
  "aws:sfn/stateMachine:StateMachine": stateMachine,
};
