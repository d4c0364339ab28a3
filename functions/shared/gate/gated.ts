import { forEachAtMost } from "../at-most";
import type { Accepted } from "../batch";
import { describeError, log } from "../log";
import type { Candidate, Limits, Note } from "./decision";
import { createGate, type GatePorts, type Judgement } from "./gate";

/** What became of a batch's readings. */
export interface Outcome {
  acted: number;
  muted: number;
  /** Of them and of what `act` had done before. */
  repeated: number;
  /** Ids of records that the source has to deliver again. */
  failed: string[];
}

/** What a gate decides about: a reading or an image, with the id by which its source knows its record. */
interface Gated {
  id: string;
}

/**
 * Makes the function that acts on those readings of a batch that a gate admits. A reading is settled after it was acted on: a crash in
 * between acts twice, never not at all. `failure` is the log line for a reading that was not acted on.
 */
export function createGated<One extends Gated = Accepted>(
  limits: Limits,
  ports: GatePorts,
  { candidateOf, act, failure, atOnce }: GatedArgs<One>,
): (accepted: One[]) => Promise<Outcome> {
  const gate = createGate(limits, ports);

  async function actOn(one: One, candidate: Candidate, note: Note): Promise<boolean> {
    const isNew = await act(one, note);
    try {
      await gate.settle(candidate);
    } catch (error) {
      // It was acted on: another attempt would only repeat that.
      const { deviceId } = candidate;
      log("warn", "acted on but not remembered", { deviceId, error: describeError(error) });
    }
    return isNew;
  }

  async function resultOf(
    one: One,
    candidate: Candidate,
    judgement: Judgement,
  ): Promise<Exclude<keyof Outcome, "failed">> {
    if (judgement.kind === "failed") throw judgement.error;
    if (judgement.kind !== "act") return judgement.kind;
    return (await actOn(one, candidate, judgement.note)) ? "acted" : "repeated";
  }

  return async (accepted) => {
    const outcome: Outcome = { acted: 0, muted: 0, repeated: 0, failed: [] };
    const candidates = accepted.map((one) => ({ one, candidate: candidateOf(one) }));
    const judgements = await gate.judge(candidates.map(({ candidate }) => candidate));
    await forEachAtMost(atOnce, candidates, async ({ one, candidate }) => {
      const judgement = judgements.get(candidate.id) ?? { kind: "repeated" };
      // For a repetition in the same batch.
      judgements.delete(candidate.id);
      try {
        outcome[await resultOf(one, candidate, judgement)] += 1;
      } catch (error) {
        const { deviceId } = candidate;
        log("error", failure, { deviceId, error: describeError(error) });
        outcome.failed.push(one.id);
      }
    });
    return outcome;
  };
}

export interface GatedArgs<One extends Gated> {
  candidateOf: (accepted: One) => Candidate;
  /** Acts on a reading; returns false if that was done before. */
  act: (accepted: One, note: Note) => Promise<boolean>;
  failure: string;
  /** Readings of a batch that are acted on at the same time. */
  atOnce: number;
}
