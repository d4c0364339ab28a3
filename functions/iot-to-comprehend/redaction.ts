import { forEachAtMost } from "../shared/at-most";
import { describeError, log } from "../shared/log";
import { isRefusal } from "./batches";
import type { Comprehend } from "./comprehend";
import { redactable } from "./language";
import { redacted } from "./text";

/** A text, and the language that it is in. */
interface Spoken {
  text: string;
  language: string;
}

/** What may be stored of a text: undefined for nothing, since it could not be redacted. */
export interface Redacted<D> {
  texts: Map<D, string | undefined>;
  /** To be redacted later. */
  failed: D[];
}

/** Comprehend takes one text a call, 20 calls a second, and two invocations may run at a time: https://docs.aws.amazon.com/comprehend/latest/dg/guidelines-and-limits.html */
const callsAtOnce = 2;

/**
 * Makes the function that takes personal data out of texts. Of a text in a language in which Comprehend finds no personal data, or that it
 * refuses, nothing may be stored. After a failure such as throttling, no more calls are made.
 */
export function createRedaction({ findPersonal }: Pick<Comprehend, "findPersonal">) {
  return async <D extends Spoken>(documents: readonly D[]): Promise<Redacted<D>> => {
    const texts = new Map<D, string | undefined>();
    const failed: D[] = [];
    await forEachAtMost(callsAtOnce, documents, async (document) => {
      const { text, language } = document;
      if (!redactable.includes(language)) return void texts.set(document, undefined);
      if (failed.length > 0) return void failed.push(document);
      try {
        texts.set(document, redacted(text, await findPersonal(language, text)));
      } catch (error) {
        log("error", "text not redacted", { error: describeError(error) });
        if (isRefusal(error)) texts.set(document, undefined);
        else failed.push(document);
      }
    });
    return { texts, failed };
  };
}
