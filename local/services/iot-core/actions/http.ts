import * as v from "valibot";
import type { ActionKind } from "./action";
import { serviceError } from "./service-error";

const Settings = v.strictObject({
  url: v.string(),
  confirmationUrl: v.optional(v.string()),
  httpHeaders: v.optional(v.array(v.strictObject({ key: v.string(), value: v.string() })), []),
});

const mostTries = 3;
const longestAnswerBytes = 16_384;

/**
 * Posts the payload to a web service that has confirmed the destination. AWS calls any HTTPS endpoint; this action calls the
 * loopback interface only, where HTTP is allowed, and refuses every other host by name.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/https-rule-action.html
 */
export const http: ActionKind = {
  list: "https",
  single: "http",
  failedAction: "HttpAction",
  prepare(given, { template }) {
    const { url, confirmationUrl = url, httpHeaders } = v.parse(Settings, given);
    if (confirmationUrl.includes("${"))
      throw new Error("A url with a template needs a confirmationUrl without one.");
    if (!url.startsWith(confirmationUrl))
      throw new Error(`The url has to begin with the confirmationUrl ${confirmationUrl}.`);
    checkLoopback(confirmationUrl);
    const headers = httpHeaders.map(({ key, value }) => ({ key, valueOf: template(value) }));
    return {
      target: template(url),
      confirmationUrl,
      async perform({ message, payload, destinations }, target) {
        if (!target.startsWith(confirmationUrl) || !destinations.isEnabled(confirmationUrl))
          throw new Error(
            `There is no enabled destination for ${target}; its owner has to confirm first.`,
          );
        checkLoopback(target);
        const given = new Headers();
        for (const { key, valueOf } of headers) given.set(key, await valueOf(message));
        await post(target, payload, given, destinations.timeoutMilliseconds);
      },
    };
  },
};

function checkLoopback(url: string): void {
  const { protocol, hostname } = URL.canParse(url) ? new URL(url) : {};
  const isLoopback = hostname === "localhost" || /^127(\.\d+){3}$/.test(hostname ?? "");
  if (!/^https?:$/.test(protocol ?? "") || !isLoopback)
    throw new Error(`'${url}' is not on this machine, and nothing else is called from it.`);
}

/** Retries on 429 and 5xx, but not on a broken connection or an oversized response. */
async function post(
  url: string,
  body: Uint8Array,
  headers: Headers,
  timeoutMilliseconds: number,
): Promise<void> {
  if (!headers.has("content-type")) headers.set("content-type", contentTypeOf(body));
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  for (let tries = 1; ; tries++) {
    const answer = await fetch(url, { method: "POST", body, headers, signal, redirect: "manual" });
    const { length } = await answer.arrayBuffer().then((bytes) => new Uint8Array(bytes));
    if (answer.ok) return;
    const passing = answer.status === 429 || answer.status >= 500;
    if (!passing || length > longestAnswerBytes || tries === mostTries)
      throw serviceError("HttpError", `The endpoint answered ${answer.status}`, answer.status);
  }
}

function contentTypeOf(payload: Uint8Array): string {
  try {
    JSON.parse(Buffer.from(payload).toString("utf8"));
    return "application/json";
  } catch {
    return "application/octet-stream";
  }
}
