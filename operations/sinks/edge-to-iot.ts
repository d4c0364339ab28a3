import { stemsIn, type StackOutputs } from "../stack-outputs";
import { sinkOf } from ".";
import type { Search, Sink } from "./search";

const stem = "edge-to-iot";

/**
 * It stores nothing: what devices post goes to the topics that the other integrations of the stack read. A post is looked up in the
 * first of those that stores every reading.
 */
export const sink: Sink = {
  channel: "posts",
  expects: () => true,
  async stored(search) {
    await search.post?.();
    return (await sinkBehind(search))?.stored(search) ?? new Set();
  },
  sharedFailures: [],
  tables: [],
  keeps: "the record that the reading was posted, for a day",
};

/** Returns that of an integration which stores every one of the readings where it can be looked up; undefined without one. */
export async function sinkBehind({
  outputs,
  readings = [],
}: Pick<Search, "outputs" | "readings">): Promise<Sink | undefined> {
  for (const other of stemsIn(outputs)) {
    if (other === stem) continue;
    const found = await sinkOf(other);
    if (isForAll(found, readings, outputs)) return found;
  }
  return undefined;
}

const isForAll = (
  { channel = "telemetry", unseen, expects }: Sink,
  readings: NonNullable<Search["readings"]>,
  outputs: StackOutputs,
): boolean =>
  channel === "telemetry" && unseen === undefined && readings.every((one) => expects(one, outputs));
