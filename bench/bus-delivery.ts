import { openBusWorld, type BusWorld } from "./bus-world";
import { forComparison, type Line, type Measurement } from "./line";
import { readings } from "../tests/support/readings";
import { inLanes, medians, timed } from "./rounds";

const events = 1000;
/** Concurrent calls, the number of sockets that the clients of the emulator open. */
const lanes = 64;
const rounds = 4;

/** Measures events per second from PutEvents through a rule to a queue, with the local run's buses and with the emulator's own. */
export const busDelivery: Measurement = async () => {
  const world = await openBusWorld();
  try {
    return [...(await compare(world, 1)), ...(await compare(world, 10))];
  } finally {
    await world.stop();
  }
};

async function compare(world: BusWorld, perCall: number): Promise<Line[]> {
  const seconds = await medians(
    {
      ours: async () => {
        await load(world, "ours", perCall);
        await world.idle();
      },
      alone: () => load(world, "emulator", perCall),
    },
    rounds,
    async (task) => {
      await world.empty();
      return timed(task);
    },
  );
  const what = `bus delivery: PutEvents of ${perCall} to rule to queue`;
  const share = (100 * seconds.alone) / seconds.ours;
  const unit = "% of the emulator alone";
  return [forComparison(what, share, unit), forComparison(what, events / seconds.ours, "events/s")];
}

/** Puts all events, `perCall` in each call. */
function load(world: BusWorld, bus: "ours" | "emulator", perCall: number): Promise<void> {
  const all = readings(events);
  const calls = Array.from({ length: events / perCall }, (_, nth) =>
    all.slice(nth * perCall, (nth + 1) * perCall),
  );
  return inLanes(calls, lanes, (details) => world.put(bus, details));
}
