import { randomBytes, randomUUID } from "node:crypto";
import type { Account } from "../../aws/clients";
import type { Trace } from "../../trace";

/** The endpoints of HTTP actions; each must be confirmed before use. */
export interface Destinations {
  /** Sends one confirmation request to a URL; resolves when it is sent, and warns if it cannot be sent. */
  ask: (confirmationUrl: string) => Promise<void>;
  /** Enables the destination with this token; false for an unknown token. */
  confirm: (token: string) => boolean;
  isEnabled: (confirmationUrl: string) => boolean;
  /** How long an endpoint may take to answer. */
  timeoutMilliseconds: number;
}

export interface DestinationsArgs {
  account: Account;
  trace: Trace;
  /** The base URL of `GET /confirmdestination/<token>`. */
  confirmationEndpoint: () => string;
  /** @default AWS's 3 seconds */
  timeoutMilliseconds?: number;
}

interface Destination {
  token: string;
  enabled: boolean;
}

/**
 * AWS creates a destination for the confirmation URL of an HTTP action, and requires two calls to enable it,
 * ConfirmTopicRuleDestination and UpdateTopicRuleDestination; here the first is enough.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/http-action-destination.html
 */
export function createDestinations(args: DestinationsArgs): Destinations {
  const { account, trace, confirmationEndpoint, timeoutMilliseconds = 3_000 } = args;
  const destinations = new Map<string, Destination>();

  async function request(confirmationUrl: string, token: string): Promise<void> {
    const arn = `arn:aws:iot:${account.region}:${account.accountId}:ruledestination/http/${randomUUID()}`;
    const url = `${confirmationUrl.replace(/\/$/, "")}/?confirmationToken=${token}`;
    const answer = await fetch(url, {
      method: "POST",
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMilliseconds),
      headers: {
        "content-type": "application/json",
        "x-amz-rules-engine-message-type": "DestinationConfirmation",
        "x-amz-rules-engine-destination-arn": arn,
      },
      body: JSON.stringify({
        arn,
        confirmationToken: token,
        enableUrl: `${confirmationEndpoint()}/confirmdestination/${token}`,
        messageType: "DestinationConfirmation",
      }),
    });
    await answer.body?.cancel();
    if (!answer.ok) throw new Error(`it answered ${answer.status}`);
  }

  return {
    async ask(confirmationUrl) {
      if (destinations.has(confirmationUrl)) return;
      const token = randomBytes(32).toString("hex");
      destinations.set(confirmationUrl, { token, enabled: false });
      try {
        await request(confirmationUrl, token);
      } catch (error) {
        // The next rule with this URL sends another request.
        if (!destinations.get(confirmationUrl)?.enabled) destinations.delete(confirmationUrl);
        const { message } = error as Error;
        trace.emit({
          kind: "warning",
          part: "iot-core",
          message: `The destination ${confirmationUrl} could not be asked to confirm: ${message}.`,
        });
      }
    },
    confirm(token) {
      for (const destination of destinations.values()) {
        if (destination.token !== token) continue;
        destination.enabled = true;
        return true;
      }
      return false;
    },
    isEnabled: (confirmationUrl) => destinations.get(confirmationUrl)?.enabled ?? false,
    timeoutMilliseconds,
  };
}
