import { CreateStateMachineCommand, SFNClient } from "@aws-sdk/client-sfn";
import { assumeRole } from "../../aws/assume-role";
import { inputsOf, type Provisioner } from "../provisioner";

interface StateMachineInputs {
  name: string;
  type?: "STANDARD" | "EXPRESS";
  roleArn: string;
  definition: string;
  loggingConfiguration?: {
    level: "ALL" | "ERROR" | "FATAL" | "OFF";
    includeExecutionData?: boolean;
    logDestination?: string;
  };
  tracingConfiguration?: { enabled?: boolean };
}

export const stateMachine: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<StateMachineInputs>(resource);
  const { region, accountId } = clients.account;
  const arn = `arn:aws:states:${region}:${accountId}:stateMachine:${inputs.name}`;
  // The emulator never looks at the role; AWS assumes it before the workflow exists.
  await assumeRole(clients, {
    roleArn: inputs.roleArn,
    servicePrincipal: "states.amazonaws.com",
    context: { "aws:SourceArn": arn, "aws:SourceAccount": accountId },
  });
  const { loggingConfiguration: logging, tracingConfiguration: tracing } = inputs;
  await clients.get(SFNClient).send(
    new CreateStateMachineCommand({
      name: inputs.name,
      type: inputs.type,
      roleArn: inputs.roleArn,
      definition: inputs.definition,
      loggingConfiguration: logging && {
        level: logging.level,
        includeExecutionData: logging.includeExecutionData,
        destinations: logging.logDestination
          ? [{ cloudWatchLogsLogGroup: { logGroupArn: logging.logDestination } }]
          : [],
      },
      tracingConfiguration: tracing && { enabled: tracing.enabled },
    }),
  );
  notHonoured(
    "Workflows run their tasks without asking what their role may, write no log and send no traces; every error of a function has the name Runtime.HandlerError, so Retry by name does not happen here; errors of their functions count as no metric of Lambda.",
  );
  if (inputs.type === "EXPRESS")
    notHonoured(
      "Express workflows run here as standard ones: named executions run once, are kept, and send events when they fail.",
    );
  return { id: arn, state: { ...resource.plain, arn } };
};
