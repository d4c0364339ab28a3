import type { Reading } from "../../reading/reading";

/** The formats of a request. */
export type Content = "csv" | "jsonlines";

/**
 * The media types of a request and of its response.
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/rcf-in-formats.html
 */
export const mediaTypes = {
  csv: { contentType: "text/csv", accept: "application/json" },
  jsonlines: { contentType: "application/jsonlines", accept: "application/jsonlines" },
} as const;

/** Writes the features of a reading as one line of a request, without its line break. */
export const lineOf = (reading: Reading, features: readonly string[], content: Content): string => {
  const values = features.map((name) => (reading as Record<string, unknown>)[name] as number);
  return content === "csv" ? values.join(",") : JSON.stringify({ features: values });
};

/** The response of an endpoint. */
export interface Response {
  contentType: string;
  body: string;
}

/**
 * Reads one score per line of the request, in their order. Reads `{"scores":[{"score":0.2}]}`, and lines with `{"score":0.2}` or a number
 * each. Throws for any other text, and for another number of scores, since scores belong to readings by their positions only.
 */
export function scoresIn({ contentType, body }: Response, lines: number): number[] {
  const found = contentType.startsWith("application/json")
    ? jsonScores(body, contentType)
    : body
        .trim()
        .split(/[\s,]+/)
        .map(numberIn);
  if (found.length !== lines)
    throw new Error(
      `The model returned ${found.length} scores for ${lines} readings; check that it returns one score per line.`,
    );
  const wrong = found.findIndex((score) => !Number.isFinite(score));
  if (wrong >= 0)
    throw new Error(
      `The model returned something else than a number as score ${wrong + 1} of ${lines}; check its response format.`,
    );
  return found;
}

function jsonScores(body: string, contentType: string): number[] {
  const values = contentType.startsWith("application/jsonlines")
    ? body.trim().split("\n").map(parsed)
    : listIn(parsed(body));
  return values.map((value) => {
    const { score } = Object(value) as { score?: unknown };
    const number = typeof value === "number" ? value : score;
    return typeof number === "number" ? number : NaN;
  });
}

const numberIn = (text: string): number => (text === "" ? NaN : Number(text));

/** The list of scores in a JSON response: bare, or under the name that SageMaker's algorithms give it. */
const listIn = (value: unknown): unknown[] => {
  const { scores } = Object(value) as { scores?: unknown };
  return [value, scores].find(Array.isArray) ?? [];
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Error("The model returned a response that is not JSON; check its response format.", {
      cause: error,
    });
  }
}
