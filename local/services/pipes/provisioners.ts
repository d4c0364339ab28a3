import type * as aws from "@pulumi/aws";
import { serviceOf } from "../delivery/arns";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";
import type { DrainedQueues } from "../sqs";
import type { Pipes } from "./pipes";

/** What the provisioners of this service use of the local run. */
interface PipesServices {
  pipes: Pick<Pipes, "add">;
  drainedQueues: Pick<DrainedQueues, "add">;
}

/** The local run moves events through pipes itself: the emulator reports a pipe as running and moves nothing. */
const pipe: Provisioner<PipesServices> = async (resource, { services }) => {
  const inputs = inputsOf<aws.pipes.PipeArgs, "name">(resource, "name");
  const { arn } = await services.pipes.add(inputs);
  if (serviceOf(inputs.source) === "sqs") services.drainedQueues.add(inputs.source);
  return { id: inputs.name, state: { ...resource.plain, arn } };
};

export const provisioners: Provisioners<PipesServices> = { "aws:pipes/pipe:Pipe": pipe };
