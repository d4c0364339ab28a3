import { describeError, log } from "../shared/log";

/**
 * The most documents of a call.
 * @see https://docs.aws.amazon.com/comprehend/latest/APIReference/API_BatchDetectSentiment.html
 */
const mostDocuments = 25;

/** Errors of a whole call that its documents cause, so that it fails again with the same documents. */
const causedByDocuments = [
  "InvalidRequestException",
  "TextSizeLimitExceededException",
  "UnsupportedLanguageException",
  "ValidationException",
];

/** True if the call fails again with the same document. */
export const isRefusal = (error: unknown): boolean =>
  causedByDocuments.includes((error as Error).name);

/** The answer to a batch: a result or an error per document, each with the position of the document in the call. */
export interface BatchAnswer<R> {
  results: { index: number; result: R }[];
  errors: { index: number; why: string }[];
}

/** What became of documents. */
export interface Answered<D, R> {
  results: Map<D, R>;
  /** To be sent again later. */
  failed: D[];
  /** Each is refused by itself. */
  refused: { document: D; why: string }[];
}

/** How many calls an invocation may still make. */
export interface Calls {
  left: number;
  /** Why no more calls are made. @default they are made */
  stopped?: string;
}

/**
 * Sends documents in batches of 25. A batch that is refused as a whole is sent again in halves, until each refused document is alone. After
 * any other failure of a call, such as throttling, nothing more is sent, and what is left has failed.
 */
export async function inBatches<D extends { text: string }, R>(
  documents: readonly D[],
  calls: Calls,
  call: (texts: string[]) => Promise<BatchAnswer<R>>,
): Promise<Answered<D, R>> {
  const answered: Answered<D, R> = { results: new Map(), failed: [], refused: [] };
  const waiting: D[][] = [];
  for (let first = 0; first < documents.length; first += mostDocuments)
    waiting.push(documents.slice(first, first + mostDocuments));
  waiting.reverse();
  const giveUp = (batch: D[], why: string): void => {
    log("error", "texts not analysed", { error: why });
    answered.failed.push(...batch, ...waiting.splice(0).flat());
  };
  for (let batch = waiting.pop(); batch; batch = waiting.pop()) {
    if (calls.left <= 0) calls.stopped ??= "Comprehend refuses too many texts.";
    if (calls.stopped !== undefined) {
      giveUp(batch, calls.stopped);
      break;
    }
    calls.left -= 1;
    try {
      sort(batch, await call(batch.map(({ text }) => text)), answered);
    } catch (error) {
      const why = describeError(error);
      if (!isRefusal(error)) {
        calls.stopped = why;
        giveUp(batch, why);
        break;
      }
      const [first, ...others] = batch;
      if (first && others.length === 0) answered.refused.push({ document: first, why });
      else waiting.push(...halvesOf(batch));
    }
  }
  return answered;
}

/** Gives each document its result or its error, by its position; one without either has failed. */
function sort<D, R>(
  batch: D[],
  { results, errors }: BatchAnswer<R>,
  answered: Answered<D, R>,
): void {
  const found = new Map(results.map(({ index, result }) => [index, result]));
  const why = new Map(errors.map((error) => [error.index, error.why]));
  batch.forEach((document, index) => {
    const result = found.get(index);
    if (result !== undefined) return void answered.results.set(document, result);
    log("error", "text not analysed", { error: why.get(index) ?? "The answer does not have it." });
    answered.failed.push(document);
  });
}

/** The later half first, since the last list is sent next. */
function halvesOf<D>(batch: D[]): [D[], D[]] {
  const middle = Math.ceil(batch.length / 2);
  return [batch.slice(middle), batch.slice(0, middle)];
}
