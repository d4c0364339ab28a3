import { issueFor } from "../../../operations/device-token/issue";
import { idOf } from "../../../operations/sinks/search";
import { createPoster } from "../../devices/post";
import { generateLoad } from "../../devices/load";
import { tokenKeys } from "../../services";
import type { Evidence, IntegrationAudit, Probe } from "../integration-audit";

const stem = "edge-to-iot";

/** Readings that the audit posts, about a tenth of them invalid. */
const posts = 100;
const devices = 5;
const postingAtOnce = 8;

/** What became of the posts of the audit. */
export interface PostedReadings {
  posted: number;
  /** Valid ones that arrived over MQTT exactly once. */
  arrived: number;
  /** Invalid ones that were answered with a 4xx and a problem. */
  refused: number;
  /** Valid ones that did not arrive, arrived twice or were refused, and invalid ones that were not refused. */
  wrong: string[];
}

/** Every valid reading that is posted over HTTPS arrives over MQTT once, and every invalid one is refused with its reason. */
export const audit: IntegrationAudit = {
  async probe(evidence): Promise<Probe> {
    const { posted, arrived, refused, wrong } = await postReadings(evidence);
    const counts = `${stem}: ${posted} readings posted over HTTPS, ${arrived} arrived over MQTT once, ${refused} invalid ones refused with a 4xx`;
    return {
      passed: wrong.length === 0,
      sentence:
        wrong.length === 0
          ? `${counts}; none lost.`
          : `${counts}; wrong: ${wrong.slice(0, 3).join("; ")}.`,
      row: {
        ...{ integration: stem, published: posted, matched: 0, repeated: 0 },
        ...{ stored: arrived, muted: 0, quarantined: refused, setAside: 0, rest: wrong.length },
      },
    };
  },
};

async function postReadings({ platform, deployment, outputs }: Evidence): Promise<PostedReadings> {
  const { url = "", path = "" } = outputs.of[stem] ?? {};
  const secret = JSON.stringify({ keys: tokenKeys });
  const now = Date.now();
  const result: PostedReadings = { posted: 0, arrived: 0, refused: 0, wrong: [] };
  const arrivals = new Map<string, number>();
  const stop = platform.trace.on((event) => {
    if (event.kind !== "published" || !event.topic.endsWith("/telemetry")) return;
    const { deviceId, timestamp } = JSON.parse(Buffer.from(event.payload).toString()) as {
      deviceId: string;
      timestamp: number;
    };
    const id = idOf({ deviceId, timestamp });
    arrivals.set(id, (arrivals.get(id) ?? 0) + 1);
  });
  const poster = createPoster(url, deployment.distributions.ca);
  const accepted: string[] = [];
  // Of its own time, so that no reading has the id of one that a device has published.
  const load = generateLoad({
    ...{ devices, rate: 0, seed: 10, startedAt: now },
    shares: { invalid: 0.1, duplicate: 0, late: 0, critical: 0 },
  });
  async function lane(): Promise<void> {
    while (result.posted < posts) {
      result.posted += 1;
      const { value: message } = load.next();
      const { deviceId, kind, payload } = message;
      const token = issueFor({ secret, deviceId, now, days: 1 });
      const { status, body } = await poster.post({
        path,
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: payload,
      });
      const isValid = !kind.startsWith("invalid");
      if (isValid && status === 202)
        accepted.push(idOf(JSON.parse(body.toString()) as { deviceId: string; timestamp: number }));
      else if (!isValid && status >= 400 && status < 500) result.refused += 1;
      else result.wrong.push(`${kind} of ${deviceId} was answered with ${status}`);
    }
  }
  try {
    await Promise.all(Array.from({ length: postingAtOnce }, lane));
  } finally {
    poster.close();
    stop();
  }
  for (const id of accepted)
    if (arrivals.get(id) === 1) result.arrived += 1;
    else result.wrong.push(`${id} arrived ${arrivals.get(id) ?? 0} times`);
  return result;
}
