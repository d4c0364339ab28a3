import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { Clients } from "../../aws/clients";
import { createCheck } from "../../aws/referee";
import { checkRole } from "../../aws/role-permissions";
import { listen } from "../../listen";
import { languagesOf, personalIn, sentimentOf } from "./analysis";

export interface ComprehendArgs {
  clients: Clients;
  /** Where the API models are that requests are checked against. */
  models: string;
}

/** How the double answers every call from now on. */
export type Mood = "healthy" | "throttled" | "broken";

/** The double of Comprehend. */
export interface Comprehend {
  /** The endpoint of one role: the double takes its caller from the URL, and checks no signature. */
  endpointOf(roleArn: string): string;
  answer(mood: Mood): void;
  /** From now on, a text with this in it has an error in the answer to its batch, in place of a result. */
  failText(part: string): void;
  /** From now on, a call with a text with this in it is refused as a whole. */
  refuseText(part: string): void;
  /** Takes back what was said about texts. */
  acceptTexts(): void;
  /** The calls so far: their operations, the number of their texts, and the error that they were answered with. */
  calls(): readonly Call[];
  stop(): Promise<void>;
}

interface Call {
  operation: string;
  texts: number;
  error?: string;
}

interface Input {
  TextList?: string[];
  Text?: string;
  LanguageCode?: string;
}

/** An error as the service answers it. */
class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
    readonly status = 400,
  ) {
    super(message);
  }
}

const operations = ["BatchDetectDominantLanguage", "BatchDetectSentiment", "DetectPiiEntities"];

/** @see https://docs.aws.amazon.com/comprehend/latest/dg/guidelines-and-limits.html */
const [mostTexts, mostBytes, mostBytesAlone] = [25, 5000, 100_000];

const errors: Readonly<Record<Exclude<Mood, "healthy">, () => Refusal>> = {
  throttled: () => new Refusal("ThrottlingException", "Rate exceeded"),
  broken: () => new Refusal("InternalServerException", "Internal server error", 500),
};

/**
 * Speaks the wire format of Comprehend for the calls of iot-to-comprehend, checks requests against the published model, documented limits and the
 * permissions of the calling role, and finds languages and sentiments by small libraries. Refuses every other call.
 * @see https://docs.aws.amazon.com/comprehend/latest/APIReference/Welcome.html
 */
export async function startComprehend({ clients, models }: ComprehendArgs): Promise<Comprehend> {
  const check = createCheck({ botocoreData: models });
  const calls: Call[] = [];
  let [failing, refusing] = [[], []] as [string[], string[]];
  let mood: Mood = "healthy";
  const hasOne = (parts: string[], one: string): boolean =>
    parts.some((part) => one.includes(part));

  async function answer(roleArn: string, operation: string, input: Input): Promise<object> {
    if (!operations.includes(operation))
      throw new Refusal("UnknownOperationException", `The double has no operation ${operation}.`);
    await allowed(roleArn, operation);
    if (mood !== "healthy") throw errors[mood]();
    const [illegal] = check("Comprehend", operation, input);
    if (illegal !== undefined) throw new Refusal("ValidationException", illegal);
    const { TextList, Text = "", LanguageCode = "" } = input;
    if ((TextList ?? [Text]).some((one) => hasOne(refusing, one)))
      throw new Refusal("InvalidRequestException", "The request is invalid.");
    if (!TextList) return personal(Text, LanguageCode);
    if (TextList.length > mostTexts)
      throw new Refusal("BatchSizeLimitExceededException", `${TextList.length} documents.`);
    TextList.forEach((one) => limit(one, mostBytes));
    const results = TextList.map((one, Index) =>
      operation === "BatchDetectSentiment"
        ? { Index, ...sentimentOf(one, LanguageCode) }
        : { Index, Languages: languagesOf(one) },
    );
    const isFailing = (Index: number): boolean => hasOne(failing, TextList[Index] ?? "");
    return {
      ResultList: results.filter(({ Index }) => !isFailing(Index)),
      ErrorList: results
        .filter(({ Index }) => isFailing(Index))
        .map(({ Index }) => ({
          ...{ Index, ErrorCode: "INTERNAL_SERVER_ERROR" },
          ErrorMessage: "An internal server error occurred. Retry your request.",
        })),
    };
  }

  async function allowed(roleArn: string, operation: string): Promise<void> {
    try {
      await checkRole(clients, { roleArn, action: `comprehend:${operation}`, resource: "*" });
    } catch (error) {
      throw new Refusal("AccessDeniedException", (error as Error).message);
    }
  }

  async function respond(request: IncomingMessage) {
    const [, role = ""] = (request.url ?? "").split("/");
    const target = String(request.headers["x-amz-target"] ?? "");
    const [, operation = ""] = target.split("Comprehend_20171127.");
    const input = JSON.parse(await text(request)) as Input;
    const call: Call = { operation, texts: input.TextList?.length ?? 1 };
    calls.push(call);
    try {
      return { status: 200, body: await answer(decodeURIComponent(role), operation, input) };
    } catch (error) {
      const { code, status } =
        error instanceof Refusal ? error : { code: "InternalServerException", status: 500 };
      call.error = code;
      return { status, code, body: { __type: code, Message: (error as Error).message } };
    }
  }

  const server = createServer((request, response) => {
    respond(request).then(
      ({ status, body, code }) => {
        response
          .writeHead(status, {
            "content-type": "application/x-amz-json-1.1",
            ...(code !== undefined && { "x-amzn-errortype": code }),
          })
          .end(JSON.stringify(body));
      },
      () => response.writeHead(400).end(),
    );
  });
  const { port, close } = await listen(server);
  return {
    endpointOf: (roleArn) => `http://127.0.0.1:${port}/${encodeURIComponent(roleArn)}`,
    answer: (next) => void (mood = next),
    failText: (part) => void failing.push(part),
    refuseText: (part) => void refusing.push(part),
    acceptTexts: () => void ([failing, refusing] = [[], []]),
    calls: () => calls,
    stop: close,
  };
}

function personal(one: string, language: string): object {
  limit(one, mostBytesAlone);
  if (!["en", "es"].includes(language))
    throw new Refusal("UnsupportedLanguageException", `Language ${language} is not supported.`);
  return { Entities: personalIn(one) };
}

function limit(one: string, most: number): void {
  const bytes = Buffer.byteLength(one);
  if (bytes > most)
    throw new Refusal(
      "TextSizeLimitExceededException",
      `Input text size exceeds limit. Max length of request text allowed is ${most} bytes while in this request the text size is ${bytes} bytes`,
    );
}
