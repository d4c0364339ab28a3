import { randomBytes } from "node:crypto";
import * as http from "node:http";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { listen } from "../../listen";
import { openScratchLog } from "../../scratch-log";
import { parseJson } from "../../services/delivery/json";
import { takeDelivery, type Log } from "./log-delivery";
import { checkPayload, type MetricPayload } from "./metric-payload";

/** How the intake answers every request from now on. `down` closes connections without an answer. */
export type Mood = "healthy" | "busy" | "throttled" | "garbage" | "broken" | "down";

/** A value of a series in one second. */
export interface Gauge {
  metric: string;
  /** In lower case, sorted. */
  tags: string[];
  unit?: string;
  /** In seconds since the epoch. */
  timestamp: number;
  value: number;
}

export interface Datadog {
  /** `http://127.0.0.1:<port>`, in place of the API's address. */
  url: string;
  /** The valid key. */
  apiKey(): string;
  /** Makes another key the valid one and returns it. */
  rotate(): string;
  answer(mood: Mood): void;
  /** From now on, payloads with a point of this device are answered 202 with an error, and not stored. */
  refuseDevice(deviceId: string): void;
  acceptDevice(deviceId: string): void;
  /** What is stored: of each series and second the last value. */
  gauges(): Gauge[];
  /** Points that were answered 202 and dropped, because they were too old or too far ahead. */
  dropped(): number;
  /** The logs that Firehose has delivered, in order; what was delivered twice is in it twice. */
  logs(): Log[];
  /** Logs that were answered 200 and dropped, because they were too old. */
  droppedLogs(): number;
  /** Requests by the status of their answers; 0 for none. */
  answered(): number[];
  stop(): Promise<void>;
}

interface Answer {
  status: number;
  body: string | object;
  headers?: Record<string, string>;
}

const errors = (status: number, ...texts: string[]): Answer => ({
  status,
  body: { errors: texts },
});

const moods: Record<Exclude<Mood, "healthy" | "down">, Answer> = {
  busy: { status: 503, body: "Service Unavailable" },
  throttled: {
    ...errors(429, "Too many requests"),
    // https://docs.datadoghq.com/api/latest/rate-limits/
    headers: {
      "x-ratelimit-limit": "1",
      "x-ratelimit-period": "1",
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": "1",
    },
  },
  garbage: { status: 202, body: "<html><body>Sign in to the proxy</body></html>" },
  broken: errors(500, "Internal server error"),
};

// https://docs.datadoghq.com/api/latest/metrics/submit-metrics/
const mostBytes = 512_000;
const mostDecompressedBytes = 5_242_880;
// https://docs.datadoghq.com/metrics/custom_metrics/#metric-properties
const mostSecondsBehind = 3600;
const mostSecondsAhead = 600;

/** Datadog's paths for what Firehose delivers, by the age of its sites. */
const isForLogs = ({ pathname, searchParams }: URL): boolean =>
  pathname === "/v1/input" ||
  (pathname === "/api/v2/logs" && searchParams.get("dd-protocol") === "aws-kinesis-firehose");

/**
 * A double of Datadog's intake of metrics, and of logs that Firehose delivers. It refuses what Datadog refuses: a wrong key, payloads that are too large or do not have the
 * form of the official client's models. Like Datadog, it answers 202 to points that are too old or too far ahead, and drops them.
 */
export async function startDatadog(): Promise<Datadog> {
  const stored = openScratchLog<Gauge>();
  const logged = openScratchLog<Log>();
  const statuses: number[] = [];
  const refused = new Set<string>();
  let mood: Mood = "healthy";
  let key = newKey();
  let dropped = 0;
  let droppedLogs = 0;

  function store({ series }: MetricPayload): Answer {
    const now = Date.now() / 1000;
    const own = series.filter(({ tags = [] }) => tags.some((tag) => refused.has(tag)));
    if (own.length > 0)
      return errors(202, ...own.map(({ metric }) => `${metric}: the series was not accepted`));
    for (const { metric, tags = [], unit, points } of series)
      for (const { timestamp = 0, value = 0 } of points) {
        if (timestamp < now - mostSecondsBehind || timestamp > now + mostSecondsAhead) dropped += 1;
        else
          stored.append({
            ...{ metric, tags: tags.map((tag) => tag.toLowerCase()).sort(), timestamp, value },
            ...(unit !== undefined && { unit }),
          });
      }
    return errors(202);
  }

  async function answerTo(request: http.IncomingMessage): Promise<Answer> {
    const { headers, method } = request;
    const url = new URL(request.url ?? "/", "http://double");
    const { pathname } = url;
    const raw = await buffer(request);
    if (method === "GET" && pathname === "/") {
      const double = "Datadog double: stands for the intake of metrics and logs on this machine.";
      return { status: 200, body: { double, gauges: latest(stored.all()), logs: logged.all() } };
    }
    if (mood !== "healthy" && mood !== "down")
      return mood === "garbage" && isForLogs(url) ? { ...moods.garbage, status: 200 } : moods[mood];
    if (method === "POST" && isForLogs(url)) {
      const text = textOf(raw, headers["content-encoding"]);
      if (text === undefined) return errors(400, "The request cannot be decompressed");
      const taken = takeDelivery({ headers, text, key, now: Date.now() });
      for (const log of taken.logs) logged.append(log);
      droppedLogs += taken.dropped;
      return taken;
    }
    if (pathname !== "/api/v2/series") return errors(404, "Not found");
    if (method !== "POST") return errors(405, "Method not allowed");
    if (headers["dd-api-key"] !== key) return errors(403, "Forbidden");
    if (!/^application\/json\b/.test(headers["content-type"] ?? ""))
      return errors(415, "Unsupported media type");
    if (raw.length > mostBytes) return errors(413, "Payload too large");
    const text = textOf(raw, headers["content-encoding"]);
    if (text === undefined) return errors(400, "The payload cannot be decompressed");
    if (Buffer.byteLength(text) >= mostDecompressedBytes) return errors(413, "Payload too large");
    const value = parseJson(text);
    if (value === undefined) return errors(400, "The payload is not JSON");
    const checked = checkPayload(value);
    return checked.ok ? store(checked.payload) : errors(400, checked.error);
  }

  const server = http.createServer((request, response) => {
    if (mood === "down") {
      statuses.push(0);
      return void request.socket.destroy();
    }
    answerTo(request).then(
      ({ status, body, headers }) => {
        if (request.method !== "GET") statuses.push(status);
        const type = typeof body === "string" ? "text/html" : "application/json";
        response
          .writeHead(status, { "content-type": type, ...headers })
          .end(typeof body === "string" ? body : JSON.stringify(body));
      },
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  const { port, close } = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    apiKey: () => key,
    rotate: () => (key = newKey()),
    answer: (next) => void (mood = next),
    refuseDevice: (deviceId) => void refused.add(`device:${deviceId}`),
    acceptDevice: (deviceId) => void refused.delete(`device:${deviceId}`),
    gauges: () => latest(stored.all()),
    dropped: () => dropped,
    logs: () => logged.all(),
    droppedLogs: () => droppedLogs,
    answered: () => [...statuses],
    async stop() {
      await close();
      stored.close();
      logged.close();
    },
  };
}

/** In the form of Datadog's keys, and of no use anywhere else. */
const newKey = (): string => randomBytes(16).toString("hex");

/** The last value of each series and second. */
function latest(gauges: readonly Gauge[]): Gauge[] {
  const byMoment = new Map(
    gauges.map((gauge) => [`${gauge.metric} ${gauge.tags.join()} ${gauge.timestamp}`, gauge]),
  );
  return [...byMoment.values()];
}

function textOf(raw: Buffer, encoding: string | undefined): string | undefined {
  if (encoding === undefined) return raw.toString();
  if (encoding !== "gzip") return undefined;
  try {
    // Stops a payload that would decompress to much more than the limit.
    return gunzipSync(raw, { maxOutputLength: 2 * mostDecompressedBytes }).toString();
  } catch {
    return undefined;
  }
}
