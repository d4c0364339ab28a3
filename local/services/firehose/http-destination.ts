import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { isObject, parseJson } from "../delivery/json";
import type { HttpEndpointInputs } from "./delivery-inputs";
import { tryFor, type Attempt, type Destination, type RetryArgs } from "./destination";

export interface HttpDestinationArgs extends Omit<RetryArgs, "seconds"> {
  inputs: HttpEndpointInputs;
  streamArn: string;
  /** The endpoint's access key, or undefined if it has none. */
  accessKey: () => Promise<string | undefined>;
  retrySeconds: number;
  /** What stands for the endpoint: its origin replaces that of the URL. @default the endpoint */
  httpUrl?: string;
}

/** An endpoint must answer within three minutes. */
const answerTimeoutMilliseconds = 180_000;

/**
 * Posts batches as Firehose does. Only an answer that repeats the request's id counts as success.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/httpdeliveryrequestresponse.html
 */
export function createHttpDestination(args: HttpDestinationArgs): Destination {
  const { inputs, streamArn, accessKey, retrySeconds, clock } = args;
  const { requestConfiguration = {} } = inputs;
  const url = standIn(inputs.url, args.httpUrl);
  const attributes = Object.fromEntries(
    (requestConfiguration.commonAttributes ?? []).map(({ name, value }) => [name, value]),
  );
  const gzip = requestConfiguration.contentEncoding === "GZIP";
  return {
    name: url,
    metric: "DeliveryToHttpEndpoint",
    async deliver(records) {
      const requestId = randomUUID();
      const body = JSON.stringify({
        requestId,
        timestamp: clock.now(),
        records: records.map(({ data }) => ({ data: data.toString("base64") })),
      });
      const attempt = async (): Promise<Attempt | undefined> => {
        const key = await accessKey();
        const answer = await fetch(url, {
          method: "POST",
          redirect: "manual",
          signal: AbortSignal.any([args.stopped, AbortSignal.timeout(answerTimeoutMilliseconds)]),
          headers: {
            "content-type": "application/json",
            "x-amz-firehose-protocol-version": "1.0",
            "x-amz-firehose-request-id": requestId,
            "x-amz-firehose-source-arn": streamArn,
            ...(key !== undefined && { "x-amz-firehose-access-key": key }),
            ...(Object.keys(attributes).length > 0 && {
              "x-amz-firehose-common-attributes": JSON.stringify({ commonAttributes: attributes }),
            }),
            ...(gzip && { "content-encoding": "gzip" }),
          },
          body: gzip ? gzipSync(body) : body,
        });
        return judge(answer, requestId);
      };
      const failure = await tryFor({ ...args, seconds: retrySeconds }, attempt);
      const { code = "", message = "", attempts = 0 } = failure ?? {};
      const failed = failure
        ? records.map((record) => ({ record, attempts, code: `HttpEndpoint.${code}`, message }))
        : [];
      return { failed, errorType: "http-endpoint-failed" };
    },
  };
}

function standIn(url: string, origin: string | undefined): string {
  if (origin === undefined) return url;
  const { pathname, search } = new URL(url);
  return new URL(`${pathname}${search}`, origin).href;
}

async function judge(answer: Response, requestId: string): Promise<Attempt | undefined> {
  const text = await answer.text();
  if (answer.status !== 200)
    return {
      code: answer.status === 413 ? "RequestEntityTooLarge" : "DestinationException",
      message: `The endpoint answered ${answer.status}: ${text.slice(0, 1000)}`,
      // The request is not split.
      permanent: answer.status === 413,
    };
  const document = parseJson(text);
  const repeats = isObject(document) && document["requestId"] === requestId;
  if (repeats && typeof document["timestamp"] === "number") return undefined;
  return {
    code: "InvalidResponseFromDestination",
    message: `The endpoint did not repeat the request's id: ${text.slice(0, 1000)}`,
  };
}
