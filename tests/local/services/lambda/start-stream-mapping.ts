import {
  startStreamMapping,
  type StreamMapping,
  type StreamMappingArgs,
} from "../../../../local/services/lambda/stream-mapping";
import { stoppedAfterEach, type LambdaFunction, type World } from "../world";

/** For use in `describe`: starts mappings of streams, from the oldest record on. */
export function streamMappingStarter(
  world: () => World,
): (
  streamArn: string,
  fn: LambdaFunction,
  inputs?: Partial<StreamMappingArgs["inputs"]>,
  args?: Partial<StreamMappingArgs>,
) => Promise<StreamMapping> {
  const keep = stoppedAfterEach<StreamMapping>();
  return async (streamArn, fn, inputs = {}, args = {}) => {
    const { clients, trace } = world();
    return keep(
      await startStreamMapping({
        clients,
        trace,
        inputs: {
          eventSourceArn: streamArn,
          functionName: fn.name,
          startingPosition: "TRIM_HORIZON",
          ...inputs,
        },
        retryDelayMilliseconds: 1,
        ...args,
      }),
    );
  };
}
