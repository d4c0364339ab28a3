import type { IncomingHttpHeaders } from "node:http";

/** A response of the runtime. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * The errors of InvokeEndpoint, with their statuses; and of any request, the last three.
 * @see https://docs.aws.amazon.com/sagemaker/latest/APIReference/API_runtime_InvokeEndpoint.html
 */
const statuses: Readonly<Record<string, number>> = {
  ModelNotReadyException: 429,
  InternalFailure: 500,
  ServiceUnavailable: 503,
  InternalDependencyException: 530,
  ModelError: 424,
  ValidationError: 400,
  AccessDeniedException: 403,
  UnknownOperationException: 404,
  RequestEntityTooLargeException: 413,
};

/** An error of the service, by its code. Throws for a code that the service does not have. */
export function failure(code: string, message: string, more: object = {}): Answer {
  const status = statuses[code];
  if (status === undefined) throw new Error(`InvokeEndpoint has no error ${code}.`);
  return {
    status,
    headers: { "content-type": "application/json", "x-amzn-errortype": code },
    body: JSON.stringify({ Message: message, ...more }),
  };
}

/** What the service answers if the container answers with an error. */
export const modelError = (OriginalStatusCode: number, OriginalMessage: string): Answer =>
  failure(
    "ModelError",
    `Received client error (${OriginalStatusCode}) from model with message "${OriginalMessage}".`,
    { OriginalStatusCode, OriginalMessage, LogStreamArn: "" },
  );

/** The lines of a request, or the answer to one that the service or the algorithm does not read. */
export function linesIn(
  headers: IncomingHttpHeaders,
  body: Buffer,
  { mostBytes }: { mostBytes: number },
): { lines: number[][] } | Answer {
  if (body.length > mostBytes)
    return failure(
      "RequestEntityTooLargeException",
      `HTTP content length exceeded ${mostBytes} bytes.`,
    );
  const type = headers["content-type"];
  const texts = body.toString().replace(/\n$/, "").split("\n");
  const read = readers[type ?? ""];
  if (!read) return modelError(415, `customer error: content type ${type} is not supported.`);
  const lines = texts.map(read);
  const wrong = lines.findIndex((values) => !values || values.some((one) => !Number.isFinite(one)));
  return wrong < 0
    ? { lines: lines as number[][] }
    : modelError(400, `customer error: unable to parse line ${wrong + 1} of the payload.`);
}

/** By media type. @see https://docs.aws.amazon.com/sagemaker/latest/dg/cdf-inference.html */
const readers: Readonly<Record<string, (line: string) => number[] | undefined>> = {
  "text/csv": (line) => line.split(",").map((value) => (value.trim() === "" ? NaN : Number(value))),
  "application/jsonlines"(line) {
    try {
      const { features } = JSON.parse(line) as { features?: unknown };
      return Array.isArray(features) && features.every((one) => typeof one === "number")
        ? features
        : undefined;
    } catch {
      return undefined;
    }
  },
};

/** Scores in the format that the caller accepts. @see https://docs.aws.amazon.com/sagemaker/latest/dg/rcf-in-formats.html */
export function scoresAs(accept: string | undefined, scores: number[]): Answer {
  const asLines = accept === "application/jsonlines";
  const objects = scores.map((score) => ({ score }));
  return {
    status: 200,
    headers: {
      "content-type": asLines ? "application/jsonlines" : "application/json",
      "x-amzn-invoked-production-variant": "model",
    },
    body: asLines
      ? objects.map((one) => `${JSON.stringify(one)}\n`).join("")
      : JSON.stringify({ scores: objects }),
  };
}
