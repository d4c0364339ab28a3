import { randomUUID } from "node:crypto";
import * as http from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { listen } from "../listen";
import { openScratchLog } from "../scratch-log";
import { isObject, parseJson, type Json } from "../services/delivery/json";
import { readEvents, type Fault, type SplunkEvent } from "./splunk-events";

/** How the collector answers every request from now on. `down` closes connections without an answer. */
export type Mood = "healthy" | "busy" | "throttled" | "garbage" | "broken" | "down";

export interface Splunk {
  /** `http://127.0.0.1:<port>` */
  url: string;
  /** The one token; with indexer acknowledgement turned on, unless changed. */
  token: string;
  answer(mood: Mood): void;
  /** Indexes the token accepts; the first is its default. */
  setIndexes(indexes: string[]): void;
  /** Turns indexer acknowledgement on or off. */
  setAcknowledgement(on: boolean): void;
  /** Replaces the token, as a rotation does; the old one is invalid from now on. */
  rotate(): string;
  /** Accepted events stay unacknowledged until `index` is called. */
  holdIndexing(): void;
  /** Writes the accepted events to the index and acknowledges them. */
  index(): void;
  /** Loses accepted events that are not in the index, and every acknowledgement. */
  restart(): void;
  /** The events in the index, in order; what was sent twice is in it twice. */
  events(): SplunkEvent[];
  /** Requests by their answer's HTTP status; 0 for none. */
  answered(): number[];
  stop(): Promise<void>;
}

interface Answer {
  status: number;
  body: string | object;
}

const answered = ({ status, ...body }: Fault): Answer => ({ status, body });

const moods: Record<Exclude<Mood, "healthy" | "down">, Answer> = {
  busy: { status: 503, body: { text: "Server is busy", code: 9 } },
  throttled: { status: 429, body: "Too Many Requests" },
  garbage: { status: 200, body: "<html><body>Sign in to the proxy</body></html>" },
  broken: { status: 500, body: { text: "Internal server error", code: 8 } },
};

const guid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * A double of Splunk's HTTP Event Collector. It refuses what the collector refuses: a missing or wrong token, a missing channel, malformed
 * events, indexes that the token does not accept; it acknowledges per channel what is in its index.
 * @see https://docs.splunk.com/Documentation/Splunk/latest/Data/TroubleshootHTTPEventCollector
 * @see https://docs.splunk.com/Documentation/Splunk/latest/Data/AboutHECIDXAck
 */
export async function startSplunk(): Promise<Splunk> {
  const indexed = openScratchLog<SplunkEvent>();
  const statuses: number[] = [];
  let mood: Mood = "healthy";
  let token: string = randomUUID();
  let indexes = ["main"];
  let acknowledges = true;
  let holds = false;
  /** By channel, the next id; and of each id that was not asked for since, whether its events are in the index. */
  let channels = new Map<string, { next: number; acks: Map<number, boolean> }>();
  let accepted: { events: SplunkEvent[]; indexed: () => void }[] = [];

  function indexAll(): void {
    for (const { events, indexed: done } of accepted.splice(0)) {
      for (const event of events) indexed.append(event);
      done();
    }
  }

  function accept(channel: string | undefined, events: SplunkEvent[]): Answer {
    const success = { text: "Success", code: 0 };
    if (!acknowledges || channel === undefined) {
      accepted.push({ events, indexed: () => undefined });
      if (!holds) indexAll();
      return { status: 200, body: success };
    }
    const own = channels.get(channel) ?? { next: 0, acks: new Map<number, boolean>() };
    channels.set(channel, own);
    const ackId = own.next++;
    own.acks.set(ackId, false);
    accepted.push({ events, indexed: () => own.acks.set(ackId, true) });
    if (!holds) indexAll();
    return { status: 200, body: { ...success, ackId } };
  }

  /** An acknowledgement is forgotten when it was given. */
  function acknowledge(channel: string, asked: Json | undefined): Answer {
    const ids = isObject(asked) ? asked["acks"] : undefined;
    if (!acknowledges) return answered({ status: 400, code: 14, text: "ACK is disabled" });
    if (!Array.isArray(ids) || !ids.every(Number.isInteger))
      return answered({ status: 400, code: 6, text: "Invalid data format" });
    const own = channels.get(channel)?.acks;
    const acks = (ids as number[]).map((id) => {
      const done = own?.get(id) === true;
      if (done) own.delete(id);
      return [id, done];
    });
    return { status: 200, body: { acks: Object.fromEntries(acks) as object } };
  }

  async function answerTo(request: http.IncomingMessage): Promise<Answer> {
    const { pathname, searchParams } = new URL(request.url ?? "/", "http://double");
    const { headers, method } = request;
    const raw = await buffer(request);
    if (method === "GET" && pathname === "/") {
      const double = "Splunk double: stands for the HTTP Event Collector on this machine.";
      return { status: 200, body: { double, events: indexed.all() } };
    }
    if (mood !== "healthy" && mood !== "down") return moods[mood];
    if (method === "GET" && /^\/services\/collector\/health(\/1\.0)?$/.test(pathname))
      return { status: 200, body: { text: "HEC is healthy", code: 17 } };
    const [, path] = /^\/services\/collector(\/event(?:\/1\.0)?|\/ack)?$/.exec(pathname) ?? [];
    if (path === undefined && pathname !== "/services/collector")
      return answered({ status: 404, code: 404, text: "The requested URL was not found." });
    if (method !== "POST")
      return answered({ status: 405, code: 404, text: "The requested method is not allowed." });
    const refused = authorize(headers.authorization, token);
    if (refused) return answered(refused);
    const channel =
      (headers["x-splunk-request-channel"] as string | undefined) ??
      searchParams.get("channel") ??
      undefined;
    if (channel === undefined && (acknowledges || path === "/ack"))
      return answered({ status: 400, code: 10, text: "Data channel is missing" });
    if (channel !== undefined && !guid.test(channel))
      return answered({ status: 400, code: 11, text: "Invalid data channel" });
    const body = textOf(raw, headers["content-encoding"]);
    if (body === undefined) return answered({ status: 400, code: 6, text: "Invalid data format" });
    if (path === "/ack") return acknowledge(channel ?? "", parseJson(body));
    const events = readEvents(body, { indexes, now: Date.now() });
    return Array.isArray(events) ? accept(channel, events) : answered(events);
  }

  const server = http.createServer((request, response) => {
    if (mood === "down") {
      statuses.push(0);
      return void request.socket.destroy();
    }
    answerTo(request).then(
      ({ status, body }) => {
        statuses.push(status);
        const isText = typeof body === "string";
        response.writeHead(status, { "content-type": isText ? "text/html" : "application/json" });
        response.end(isText ? body : JSON.stringify(body));
      },
      () => response.destroy(),
    );
  });
  const { port, close } = await listen(server);

  return {
    url: `http://127.0.0.1:${port}`,
    get token() {
      return token;
    },
    answer: (next) => void (mood = next),
    setIndexes: (names) => void (indexes = names),
    setAcknowledgement: (on) => void (acknowledges = on),
    rotate: () => (token = randomUUID()),
    holdIndexing: () => void (holds = true),
    index() {
      holds = false;
      indexAll();
    },
    restart() {
      accepted = [];
      channels = new Map();
    },
    events: () => indexed.all(),
    answered: () => [...statuses],
    async stop() {
      await close();
      indexed.close();
    },
  };
}

function authorize(header: string | undefined, token: string): Fault | undefined {
  if (header === undefined) return { status: 401, code: 2, text: "Token is required" };
  const [, given] = /^Splunk (\S+)$/.exec(header) ?? [];
  if (given === undefined) return { status: 401, code: 3, text: "Invalid authorization" };
  return given === token ? undefined : { status: 403, code: 4, text: "Invalid token" };
}

function textOf(raw: Buffer, encoding: string | undefined): string | undefined {
  try {
    return (encoding === "gzip" ? gunzipSync(raw) : raw).toString();
  } catch {
    return undefined;
  }
}
