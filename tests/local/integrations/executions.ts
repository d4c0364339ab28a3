import {
  DescribeExecutionCommand,
  ExecutionDoesNotExist,
  GetExecutionHistoryCommand,
  ListExecutionsCommand,
  SFNClient,
  type DescribeExecutionCommandOutput,
} from "@aws-sdk/client-sfn";
import { executionName } from "../../../functions/iot-to-step-functions/starter";
import type { Reading } from "../../../reading/reading";
import { eventually } from "./eventually";
import type { World } from "./world";

export const stateMachineArn = ({ outputs }: World): string =>
  outputs.of["iot-to-step-functions"]?.stateMachineArn ?? "";

/** The execution that is named after a reading. */
export const executionArn = (world: World, reading: Reading): string =>
  `${stateMachineArn(world).replace(":stateMachine:", ":execution:")}:${executionName(reading)}`;

export interface Execution extends Pick<
  DescribeExecutionCommandOutput,
  "status" | "error" | "input" | "output" | "startDate"
> {
  /** Names of the states that it was in, in their order. */
  states: string[];
}

/** The state of an execution; undefined if there is none. */
export async function executionOf(
  { platform }: World,
  arn: string,
): Promise<Execution | undefined> {
  const workflows = platform.clients.get(SFNClient);
  try {
    const about = { executionArn: arn };
    const described = await workflows.send(new DescribeExecutionCommand(about));
    const { events = [] } = await workflows.send(new GetExecutionHistoryCommand(about));
    const states = events.flatMap(({ stateEnteredEventDetails: entered }) => entered?.name ?? []);
    return { ...described, states };
  } catch (error) {
    if (error instanceof ExecutionDoesNotExist) return undefined;
    throw error;
  }
}

/** The execution of a reading, once it has ended. */
export const ended = (world: World, reading: Reading): Promise<Execution> =>
  eventually(`the execution of ${reading.deviceId} to end`, async () => {
    const execution = await executionOf(world, executionArn(world, reading));
    return execution?.status !== "RUNNING" && execution;
  });

/** ARNs of all executions of the workflow. */
export async function executions(world: World): Promise<string[]> {
  const { executions: all = [] } = await world.platform.clients
    .get(SFNClient)
    .send(new ListExecutionsCommand({ stateMachineArn: stateMachineArn(world), maxResults: 1000 }));
  return all.map(({ executionArn: arn = "" }) => arn);
}
