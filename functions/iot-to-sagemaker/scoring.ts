import { describeError, log } from "../shared/log";
import { scoresIn, type Response } from "./content";

/** Sends lines to the endpoint in one request. Rejects with the error of the SDK. */
export type Invoke = (lines: string[]) => Promise<Response>;

/** What became of the lines of a batch, by their positions. */
export interface Scored {
  scores: Map<number, number>;
  /** Positions of lines that the model does not accept, each with the reason in the words of the model. */
  refused: Map<number, string>;
  /** Positions of lines that have to be sent again. */
  failed: number[];
}

/** Refused lines, before the model has scored any, after which the model itself is taken to fail. */
const mostRefusedFirst = 5;

export interface ScoringArgs {
  invoke: Invoke;
  /** The most bytes of one request. */
  mostBytes: number;
}

/** An error of an invocation. */
interface InvocationError extends Error {
  /** Of ModelError: what the container answered. */
  OriginalMessage?: string;
  OriginalStatusCode?: number;
}

/**
 * Makes the function that scores lines in as few requests as possible. A request that the model refuses (ModelError, 424) is halved until
 * the refused lines are found. A line counts as refused only if the model scores another line after it. So a model that fails for every
 * line refuses none, and the search for refused lines ends early. Every other error concerns the lines of its request only:
 * ModelNotReadyException (429), InternalFailure (500), ServiceUnavailable (503), InternalDependencyException (530), and ValidationError
 * (400), which SageMaker also returns for an endpoint that does not exist.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 */
export function createScoring({
  invoke,
  mostBytes,
}: ScoringArgs): (lines: string[]) => Promise<Scored> {
  // The last line that the model scored, which tells a refused line from a model that fails.
  const witness: { line?: string } = {};

  return async (lines) => {
    const scored: Scored = { scores: new Map(), refused: new Map(), failed: [] };
    let isFailing = false;
    let unproven = 0;

    /** Whether the model scores a line that it has scored before. */
    async function works(line: string): Promise<boolean> {
      try {
        scoresIn(await invoke([line]), 1);
        return true;
      } catch (error) {
        log("error", "the model fails", { error: describeError(error) });
        return false;
      }
    }

    async function score(positions: number[]): Promise<void> {
      if (isFailing) {
        scored.failed.push(...positions);
        return;
      }
      try {
        const response = await invoke(positions.map((at) => lines[at] as string));
        scoresIn(response, positions.length).forEach((value, nth) =>
          scored.scores.set(positions[nth] as number, value),
        );
        witness.line = lines[positions[0] as number];
      } catch (error) {
        const { name, message, OriginalMessage } = error as InvocationError;
        if (name !== "ModelError") {
          log("error", "readings not scored", {
            readings: positions.length,
            error: describeError(error),
          });
          scored.failed.push(...positions);
          return;
        }
        const [first] = positions;
        if (positions.length > 1) {
          const half = Math.ceil(positions.length / 2);
          await score(positions.slice(0, half));
          await score(positions.slice(half));
        } else if (first !== undefined) await refuse(first, OriginalMessage ?? message);
      }
    }

    async function refuse(at: number, reason: string): Promise<void> {
      const { line } = witness;
      // Without a line that the model has scored, the next one that it scores tells the two apart.
      isFailing = line === undefined ? ++unproven === mostRefusedFirst : !(await works(line));
      if (isFailing && line !== undefined) scored.failed.push(at);
      else scored.refused.set(at, reason);
    }

    for (const positions of requests(lines, mostBytes)) await score(positions);
    if (witness.line === undefined) {
      scored.failed.push(...scored.refused.keys());
      scored.refused.clear();
    }
    return scored;
  };
}

/** The positions of lines, in requests of at most `mostBytes` with a line break each. */
function requests(lines: string[], mostBytes: number): number[][] {
  const made: number[][] = [];
  let room = 0;
  lines.forEach((line, at) => {
    const bytes = Buffer.byteLength(line) + 1;
    if (bytes > room) {
      made.push([]);
      room = mostBytes;
    }
    made[made.length - 1]?.push(at);
    room -= bytes;
  });
  return made;
}
