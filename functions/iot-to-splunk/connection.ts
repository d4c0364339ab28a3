import { gzipSync } from "node:zlib";
import { describeError } from "../shared/log";
import { redact } from "../shared/redact";
import type { Answer } from "./answer";

/** Posts events to the collector with a token and, for acknowledgement, a channel. Never throws. */
export type Post = (body: string, token: string, channel?: string) => Promise<Answer>;

/** Asks whether a request of a channel is acknowledged. Never throws. */
export type Ask = (ackId: number, channel: string, token: string) => Promise<Answer>;

/** The longest waits for an answer; a question is one of several in an invocation. */
const mostMilliseconds = { post: 10_000, ask: 3000 };

/**
 * Speaks with a collector by HTTP; the events are compressed. No answer has the token.
 * @see https://docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector
 * @see https://docs.splunk.com/Documentation/Splunk/latest/Data/AboutHECIDXAck
 */
export function connectTo(endpoint: string): { post: Post; ask: Ask } {
  const base = `${endpoint.replace(/\/+$/, "")}/services/collector`;
  return {
    post: (body, token, channel) =>
      request(`${base}/event`, mostMilliseconds.post, token, gzipSync(body), {
        ...headersOf(token, channel),
        "content-encoding": "gzip",
      }),
    ask: (ackId, channel, token) =>
      request(
        `${base}/ack`,
        mostMilliseconds.ask,
        token,
        JSON.stringify({ acks: [ackId] }),
        headersOf(token, channel),
      ),
  };
}

const headersOf = (token: string, channel: string | undefined): Record<string, string> => ({
  authorization: `Splunk ${token}`,
  "content-type": "application/json",
  ...(channel !== undefined && { "x-splunk-request-channel": channel }),
});

async function request(
  url: string,
  milliseconds: number,
  token: string,
  body: string | Buffer,
  headers: Record<string, string>,
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers,
      body: typeof body === "string" ? body : new Uint8Array(body),
      // A redirection would receive the token.
      redirect: "error",
      signal: AbortSignal.timeout(milliseconds),
    });
    return { status: response.status, body: redact(await response.text(), token) };
  } catch (error) {
    return { body: redact(describeError(error), token) };
  }
}
