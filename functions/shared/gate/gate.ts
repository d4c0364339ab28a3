import { groupBy } from "../group";
import { describeError, log } from "../log";
import {
  admitted,
  decide,
  endOf,
  hourOf,
  muted,
  unknownDevice,
  type Candidate,
  type DeviceState,
  type Limits,
  type Note,
} from "./decision";

/** What a handler does with a reading: `act` on it and settle it, or count it. */
export type Judgement =
  | { kind: "act"; note: Note }
  | { kind: "muted" }
  /** It was acted on or muted before. */
  | { kind: "repeated" }
  /** Undecided: the source must deliver it again. */
  | { kind: "failed"; error: unknown };

/** The calls that a gate makes. */
export interface GatePorts {
  /** The states of the candidates' devices, and which of the candidates were settled or muted before. */
  read: (candidates: Candidate[]) => Promise<Known>;
  /** Takes one of `most` admissions of an hour for all devices; returns how many are taken, or undefined if all were. */
  take: (hour: number, most: number) => Promise<number | undefined>;
  /** Gives it back. */
  giveBack: (hour: number) => Promise<void>;
  /** Writes the state if it follows the one that the table has; otherwise returns that. */
  admit: (candidate: Candidate, next: DeviceState) => Promise<DeviceState | undefined>;
  /** Records that a reading was muted; returns false if it was settled or muted before. */
  record: (candidate: Candidate) => Promise<boolean>;
  /** Adds to the device's muted readings, and keeps its condition from ending. */
  addMuted: (deviceId: string, count: number, state: DeviceState) => Promise<void>;
  settle: (candidate: Candidate) => Promise<void>;
}

export interface Known {
  states: ReadonlyMap<string, DeviceState>;
  decided: ReadonlySet<string>;
}

/**
 * Lets through what changes: a reading passes if its device's condition has changed, ended in between or lasted for long, within a
 * budget per device and one for all devices. A reading that was admitted is admitted again until it is settled, so that a failure
 * between the two loses nothing; a repetition of a settled or muted one changes nothing.
 */
export interface Gate {
  /** Judges the readings of a batch, by id. Never throws. */
  judge: (candidates: Candidate[]) => Promise<Map<string, Judgement>>;
  /** Records that a reading was acted on. */
  settle: (candidate: Candidate) => Promise<void>;
}

export function createGate(limits: Limits, ports: GatePorts): Gate {
  /** Judges the readings of one device in their order. */
  async function judgeDevice(
    candidates: Candidate[],
    { states, decided }: Known,
    judgements: Map<string, Judgement>,
  ): Promise<void> {
    const deviceId = candidates[0]?.deviceId ?? "";
    let state = states.get(deviceId) ?? unknownDevice;
    let added = 0;

    async function judgeOne(candidate: Candidate): Promise<Judgement> {
      const verdict = decide(state, candidate, limits);
      if (verdict.kind === "admitted") return { kind: "act", note: verdict.note };
      if (verdict.kind === "admit") {
        const note = await takeTurn(candidate, verdict.note);
        if (note) {
          const next = admitted(state, candidate, note);
          const other = await ports.admit(candidate, next);
          if (!other) {
            state = next;
            return { kind: "act", note };
          }
          await ports.giveBack(hourOf(candidate.receivedAt));
          // Another invocation admitted a reading of this device first, which used some of its budget: this ends.
          state = other;
          return judgeOne(candidate);
        }
      }
      if (!(await ports.record(candidate))) return { kind: "repeated" };
      state = muted(state, candidate);
      added += 1;
      return { kind: "muted" };
    }

    for (const candidate of candidates)
      judgements.set(
        candidate.id,
        // What is pending has to be acted on, even if a delivery at the same time found the budget used up by this one.
        decided.has(candidate.id) && !state.pending[candidate.id]
          ? { kind: "repeated" }
          : await judgeOne(candidate).catch((error: unknown) => ({ kind: "failed", error })),
      );
    if (added === 0) return;
    try {
      await ports.addMuted(deviceId, added, state);
    } catch (error) {
      // Each is recorded by its id: only the number in the next alert will be too small.
      log("warn", "muted readings not counted", { deviceId, error: describeError(error) });
    }
  }

  /** Takes one of the admissions of all devices; undefined if there is none left in this hour. */
  async function takeTurn({ receivedAt }: Candidate, note: Note): Promise<Note | undefined> {
    const taken = await ports.take(hourOf(receivedAt), limits.totalBudget);
    if (taken === undefined) return undefined;
    return taken === limits.totalBudget
      ? { ...note, allMutedUntil: endOf(hourOf(receivedAt)) }
      : note;
  }

  return {
    async judge(candidates) {
      const judgements = new Map<string, Judgement>();
      const distinct = [...new Map(candidates.map((one) => [one.id, one])).values()];
      if (distinct.length === 0) return judgements;
      const devices = groupBy(distinct, ({ deviceId }) => deviceId);
      const known = await ports.read(distinct).catch((error: unknown) => {
        for (const { id } of distinct) judgements.set(id, { kind: "failed", error });
      });
      if (!known) return judgements;
      await Promise.all(devices.map((ofDevice) => judgeDevice(ofDevice, known, judgements)));
      return judgements;
    },
    settle: ports.settle,
  };
}
