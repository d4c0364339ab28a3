import {
  CreateEventSourceMappingCommand,
  LambdaClient,
  type FunctionResponseType,
} from "@aws-sdk/client-lambda";
import type * as aws from "@pulumi/aws";
import type { CreatedResource } from "../../program";
import { serviceOf } from "../delivery/arns";
import { inputsOf, type Provisioner } from "../provisioner";
import type { DrainedQueues } from "../sqs";
import { checkQueuePermissions, emulatorSuffices } from "./emulator-mapping";
import type { EventSourceMappings } from "./event-source-mappings";
import { refuseUnsupported } from "./queue-mapping-inputs";

/** In seconds. A function has to be right for any length: AWS ends a window early too, when its state is too large. */
const shortWindow = 1;

const withShortWindow = <Inputs extends { tumblingWindowInSeconds?: number }>(
  inputs: Inputs,
): Inputs =>
  (inputs.tumblingWindowInSeconds ?? 0) > shortWindow
    ? { ...inputs, tumblingWindowInSeconds: shortWindow }
    : inputs;

/** The stream of a consumer with enhanced fan-out; every other ARN as it is. */
const streamOf = (arn: string): string =>
  serviceOf(arn) === "kinesis" ? arn.replace(/\/consumer\/.*$/, "") : arn;

export interface MappingServices {
  eventSourceMappings: Pick<EventSourceMappings, "addQueue" | "addStream">;
  drainedQueues: Pick<DrainedQueues, "add">;
}

/** Creates a queue's mapping on the emulator if that does all that is asked; reads every other source itself. */
export const eventSourceMapping: Provisioner<MappingServices> = async (resource, context) => {
  const { clients, services } = context;
  const inputs = inputsOf<aws.lambda.EventSourceMappingArgs, "eventSourceArn">(
    resource,
    "eventSourceArn",
  );
  const created = (id: string): CreatedResource => ({
    id,
    state: { ...resource.plain, uuid: id },
  });
  if (serviceOf(inputs.eventSourceArn) !== "sqs") {
    const stream = inputsOf<
      aws.lambda.EventSourceMappingArgs,
      "eventSourceArn" | "startingPosition"
    >(resource, "startingPosition");
    const shortened = withShortWindow(stream);
    if (shortened !== stream)
      context.notHonoured(
        `Tumbling windows end after ${shortWindow} s here, so that a run does not wait for them.`,
      );
    const eventSourceArn = streamOf(stream.eventSourceArn);
    return created(
      (await services.eventSourceMappings.addStream({ ...shortened, eventSourceArn })).id,
    );
  }
  services.drainedQueues.add(inputs.eventSourceArn);
  refuseUnsupported(inputs);
  await checkQueuePermissions(clients, inputs);
  if (!emulatorSuffices(inputs))
    return created((await services.eventSourceMappings.addQueue(inputs)).id);
  const { UUID = "" } = await clients.get(LambdaClient).send(
    new CreateEventSourceMappingCommand({
      EventSourceArn: inputs.eventSourceArn,
      FunctionName: inputs.functionName,
      BatchSize: inputs.batchSize,
      FunctionResponseTypes: inputs.functionResponseTypes as FunctionResponseType[] | undefined,
      FilterCriteria: inputs.filterCriteria && {
        Filters: inputs.filterCriteria.filters?.map(({ pattern }) => ({ Pattern: pattern })),
      },
      ScalingConfig: inputs.scalingConfig && {
        MaximumConcurrency: inputs.scalingConfig.maximumConcurrency,
      },
      Enabled: inputs.enabled,
    }),
  );
  return created(UUID);
};
