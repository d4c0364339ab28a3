import {
  unknownDevice,
  type Candidate,
  type DeviceState,
} from "../../functions/shared/gate/decision";
import type { GatePorts } from "../../functions/shared/gate/gate";

/** The table of a gate in memory. Each call takes effect alone, some time after it was made, as in DynamoDB. */
export interface MemoryGate extends GatePorts {
  states: Map<string, DeviceState>;
  /** What was decided about a reading, by its id. */
  decided: Map<string, "muted" | "settled">;
  taken: Map<number, number>;
}

export function memoryGate(changes: Partial<GatePorts> = {}): MemoryGate {
  const states = new Map<string, DeviceState>();
  const decided = new Map<string, "muted" | "settled">();
  const taken = new Map<number, number>();
  const later = () => new Promise(setImmediate);
  const stateOf = (deviceId: string): DeviceState => states.get(deviceId) ?? unknownDevice;
  return {
    states,
    decided,
    taken,
    async read(candidates) {
      await later();
      const known = candidates.flatMap(({ deviceId }) => {
        const state = states.get(deviceId);
        return state ? [[deviceId, state] as const] : [];
      });
      const ids = candidates.map(({ id }) => id);
      return { states: new Map(known), decided: new Set(ids.filter((id) => decided.has(id))) };
    },
    async take(hour, most) {
      await later();
      const count = (taken.get(hour) ?? 0) + 1;
      if (count > most) return undefined;
      taken.set(hour, count);
      return count;
    },
    async giveBack(hour) {
      await later();
      taken.set(hour, (taken.get(hour) ?? 0) - 1);
    },
    async admit({ id, deviceId }: Candidate, next) {
      await later();
      const state = stateOf(deviceId);
      if (state.admissions !== next.admissions - 1) return state;
      const note = next.pending[id] ?? { muted: 0 };
      states.set(deviceId, {
        ...next,
        muted: state.muted - note.muted,
        pending: { ...state.pending, [id]: note },
      });
      return undefined;
    },
    async record({ id }) {
      await later();
      if (decided.has(id)) return false;
      decided.set(id, "muted");
      return true;
    },
    async addMuted(deviceId, count, { seenAt }) {
      await later();
      const state = stateOf(deviceId);
      states.set(deviceId, {
        ...state,
        muted: state.muted + count,
        ...(seenAt !== undefined && { seenAt }),
      });
    },
    async settle({ id, deviceId }) {
      await later();
      decided.set(id, "settled");
      await later();
      const state = stateOf(deviceId);
      const { [id]: _settled, ...pending } = state.pending;
      states.set(deviceId, { ...state, pending });
    },
    ...changes,
  };
}
