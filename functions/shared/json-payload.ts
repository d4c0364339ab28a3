import { isUtf8 } from "node:buffer";
import { surrogateEscapes } from "../../reading/characters";
import { invalid, quote, type Invalid } from "./invalid";

const deepest = 1000;

/** A payload's JSON and what it is written as, or why it has none. */
export type Parsed = { ok: true; value: unknown; text: string } | ({ ok: false } & Invalid);

/**
 * Makes the parser of Base64 of UTF-8 of JSON; `numbers` are the fields that must hold numbers within double precision. It looks up
 * what it needs per payload once (docs/bench.md, "Handler CPU").
 */
export function createJsonParser(numbers: readonly string[]): (payload: string) => Parsed {
  const isText = isUtf8;
  const { from: bytesOf } = Buffer;
  const { parse } = JSON;
  const deepestUnchecked = deepest;
  const hasLoneSurrogate = createSurrogateCheck();
  const [beyond, below] = [Infinity, -Infinity];
  /** True where a field holds a number beyond double precision, which JavaScript reads as infinite. */
  const isTooLarge = (value: unknown): boolean => {
    if (typeof value !== "object" || value === null) return false;
    const fields = value as Record<string, unknown>;
    return numbers.some((name) => fields[name] === beyond || fields[name] === below);
  };
  return (payload) => {
    const bytes = bytesOf(payload, "base64");
    if (!isText(bytes)) return invalid("not-utf8", "The payload is not UTF-8 text.");
    const text = bytes.toString();
    // A text cannot nest deeper than it is long.
    if (text.length > deepestUnchecked && nestsTooDeeply(text))
      return invalid("too-deep", `The payload nests more than ${deepest} levels deep.`);
    try {
      const value: unknown = parse(text);
      if (hasLoneSurrogate(text))
        return invalid(
          "lone-surrogate",
          "A text of the payload has a surrogate without its partner; encode texts as UTF-8.",
        );
      if (isTooLarge(value))
        return invalid("number-too-large", "The payload holds a number beyond double precision.");
      return { ok: true, value, text };
    } catch {
      return invalid("not-json", `The payload is not JSON; it begins ${quote(text.slice(0, 40))}.`);
    }
  };
}

/** Makes the check for what is no text although JSON can write it. Few payloads escape surrogates, so most cost one search. */
function createSurrogateCheck(): (text: string) => boolean {
  const { backslash, pair, lone, replacement } = surrogateEscapes;
  const [backslashes, pairs] = [new RegExp(backslash, "g"), new RegExp(pair, "g")];
  const alone = new RegExp(lone);
  return (text) =>
    alone.test(text) &&
    alone.test(text.replace(backslashes, replacement).replace(pairs, replacement));
}

function nestsTooDeeply(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let index = 0; index < text.length; index += 1) {
    const character = text[index];
    if (quoted) {
      if (character === "\\") index += 1;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "[" || character === "{") {
      depth += 1;
      if (depth > deepest) return true;
    } else if (character === "]" || character === "}") depth -= 1;
  }
  return false;
}
