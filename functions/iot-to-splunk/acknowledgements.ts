import { describeError, log } from "../shared/log";
import { describeAnswer, membersOf, refusesToken, type Answer } from "./answer";
import type { Ask } from "./connection";
import type { ReadToken } from "./token";

/** What is known of a reading: its event is in the index, may still get there, or has to be sent. */
export type State = "acknowledged" | "waiting" | "to be sent";

export interface Acknowledgements {
  /** Asks the collector about readings by their ids; asks nothing more once `inTime` returns false. */
  ask(readingIds: readonly string[], inTime: () => boolean): Promise<Map<string, State>>;
  /** Remembers the request in which readings were sent. */
  remember(readingIds: readonly string[], sent: { channel: string; ackId: number }): void;
}

export interface AcknowledgementsArgs {
  ask: Ask;
  token: ReadToken;
  now: () => number;
  /** Seconds after which a reading without an acknowledgement is sent again. */
  seconds: number;
}

/** A request that the collector has accepted. */
interface Request {
  channel: string;
  ackId: number;
  sentAt: number;
  acknowledged: boolean;
}

/** How long a request is remembered. By default, a collector forgets a channel after 10 minutes. */
const longestMilliseconds = 900_000;

/**
 * Remembers in this execution environment which request had which readings. What an environment has forgotten, or another one has sent, is
 * sent again: the event has the same `reading_id`. Each request has a channel of its own, since a collector that restarts counts the ids of
 * a channel from the beginning, and would acknowledge one request by the id of another.
 * @see https://docs.splunk.com/Documentation/Splunk/latest/Data/AboutHECIDXAck
 */
export function createAcknowledgements({
  ask,
  token,
  now,
  seconds,
}: AcknowledgementsArgs): Acknowledgements {
  const requests = new Map<string, Request>();

  /** Asks about one request; returns false if the collector does not answer the question. */
  async function update(request: Request): Promise<boolean> {
    const { channel, ackId } = request;
    let answer: Answer;
    try {
      answer = await ask(ackId, channel, await token(false));
      if (refusesToken(answer)) answer = await ask(ackId, channel, await token(true));
    } catch (error) {
      answer = { body: describeError(error) };
    }
    const { acks } = membersOf(answer);
    const said = answer.status === 200 ? (acks as Record<string, unknown> | null) : undefined;
    const acknowledged = said?.[String(ackId)];
    if (typeof acknowledged !== "boolean") {
      log("error", "acknowledgements not known", { error: describeAnswer(answer) });
      return false;
    }
    request.acknowledged = acknowledged;
    return true;
  }

  function stateOf(request: Request | undefined): State {
    if (!request) return "to be sent";
    if (request.acknowledged) return "acknowledged";
    return now() - request.sentAt < seconds * 1000 ? "waiting" : "to be sent";
  }

  return {
    async ask(readingIds, inTime) {
      for (const [id, { sentAt }] of requests)
        if (now() - sentAt > longestMilliseconds) requests.delete(id);
      const open = new Set(readingIds.flatMap((id) => requests.get(id) ?? []));
      for (const request of open) {
        if (request.acknowledged) continue;
        if (!inTime() || !(await update(request))) break;
      }
      return new Map(readingIds.map((id) => [id, stateOf(requests.get(id))]));
    },
    remember(readingIds, { channel, ackId }) {
      const request = { channel, ackId, sentAt: now(), acknowledged: false };
      for (const id of readingIds) requests.set(id, request);
    },
  };
}
