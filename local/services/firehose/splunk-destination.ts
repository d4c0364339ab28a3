import { randomUUID } from "node:crypto";
import { isObject, parseJson, type Json } from "../delivery/json";
import { pause } from "../delivery/pause";
import type { SplunkInputs } from "./delivery-inputs";
import { tryFor, type Attempt, type Destination, type RetryArgs } from "./destination";

export interface SplunkDestinationArgs extends Omit<RetryArgs, "seconds"> {
  inputs: SplunkInputs;
  token: () => Promise<string | undefined>;
  retrySeconds: number;
  acknowledgmentSeconds: number;
  /** What stands for the collector. @default the endpoint */
  splunkUrl?: string;
}

/** Between two requests for an acknowledgement. */
const askMilliseconds = 200;

/**
 * Sends to a Splunk HTTP Event Collector and waits for the indexer's acknowledgement; events without one have failed.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/create-destination.html#create-destination-splunk
 */
export function createSplunkDestination(args: SplunkDestinationArgs): Destination {
  const { inputs, retrySeconds } = args;
  const base = (args.splunkUrl ?? inputs.hecEndpoint).replace(/\/+$/, "");
  const channel = randomUUID();
  const path = inputs.hecEndpointType === "Event" ? "event" : "raw";
  return {
    name: base,
    metric: "DeliveryToSplunk",
    async deliver(records) {
      const body = Buffer.concat(records.map(({ data }) => data));
      const send = (): Promise<Attempt | undefined> =>
        attempt(args, `${base}/services/collector/${path}?channel=${channel}`, channel, body, base);
      const failure = await tryFor({ ...args, seconds: retrySeconds }, send);
      const { code = "", message = "", attempts = 0 } = failure ?? {};
      const failed = failure
        ? records.map((record) => ({ record, attempts, code: `Splunk.${code}`, message }))
        : [];
      return { failed, errorType: "splunk-failed" };
    },
  };
}

async function attempt(
  args: SplunkDestinationArgs,
  url: string,
  channel: string,
  body: Buffer,
  base: string,
): Promise<Attempt | undefined> {
  const { clock, stopped, acknowledgmentSeconds } = args;
  const post = async (
    to: string,
    content: Buffer | string,
  ): Promise<[number, Json | undefined]> => {
    const answer = await fetch(to, {
      method: "POST",
      signal: stopped,
      headers: {
        authorization: `Splunk ${(await args.token()) ?? ""}`,
        "x-splunk-request-channel": channel,
        "content-type": "application/json",
      },
      body: content,
    });
    return [answer.status, parseJson(await answer.text())];
  };
  const [status, taken] = await post(url, body);
  if (status !== 200)
    return {
      code: status === 401 || status === 403 ? "InvalidToken" : "ServerError",
      message: `The collector answered ${status}: ${JSON.stringify(taken)}`,
    };
  const ackId = isObject(taken) ? taken["ackId"] : undefined;
  if (typeof ackId !== "number")
    return {
      code: "DisabledAcknowledgement",
      message: "The collector gave no ackId: turn on indexer acknowledgement for the token.",
    };
  const until = clock.now() + acknowledgmentSeconds * 1000;
  while (!stopped.aborted) {
    const question = JSON.stringify({ acks: [ackId] });
    const [, answer] = await post(`${base}/services/collector/ack?channel=${channel}`, question);
    const acks = isObject(answer) ? answer["acks"] : undefined;
    if (isObject(acks) && acks[String(ackId)] === true) return undefined;
    if (clock.now() >= until) break;
    await pause(askMilliseconds, stopped);
  }
  return { code: "AckTimeout", message: "The indexer did not acknowledge in time." };
}
