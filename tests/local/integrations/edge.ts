import { createPoster, type PostAnswer, type Poster } from "../../../local/devices/post";
import { revokedDevice, tokenKeys } from "../../../local/services";
import { issueFor } from "../../../operations/device-token/issue";
import type { Reading } from "../../../reading/reading";
import { badRequests, type BadRequest } from "../../functions/edge-to-iot/bad-requests";
import { connect, identity, openPolicy } from "../services/iot-core/devices";
import { stack, type World } from "./world";

export const integration = "edge-to-iot";
export const publisher = "edge-to-iot-publisher";

export interface EdgeAnswer extends Omit<PostAnswer, "body"> {
  json: Record<string, unknown>;
}

/** Devices that speak HTTPS. */
export interface Edge {
  /** Posts as the device of the token; an object goes as JSON. */
  post(
    deviceId: string,
    body: object | string | Uint8Array,
    asked?: { method?: string; path?: string; headers?: Record<string, string | undefined> },
  ): Promise<EdgeAnswer>;
  close: Poster["close"];
}

export const tokenOf = (deviceId: string): string =>
  issueFor({ secret: JSON.stringify({ keys: tokenKeys }), deviceId, now: Date.now(), days: 1 });

const alarms = new WeakMap<World, Promise<void>>();

/**
 * Resolves when the alarm on server errors has fired, and its topic has notified the recipients of alarms, since the first call for this
 * deployment: specs before have caused server errors, and an alarm that has fired does not fire again meanwhile.
 */
export function serverErrorsFired(world: World): Promise<void> {
  const fired = alarms.get(world) ?? firing(world);
  alarms.set(world, fired);
  return fired;
}

function firing({ platform, outputs }: World): Promise<void> {
  const { edgeAlarmsTopicArn } = outputs.of[integration] ?? {};
  const alarm = `iot-integrations-${stack}-euc1-edge-to-iot-distribution-server-errors`;
  let hasFired = false;
  return new Promise((resolve) => {
    const stop = platform.trace.on((event) => {
      if (event.kind === "alarm" && event.alarm === alarm && event.state === "ALARM")
        hasFired = true;
      if (!hasFired || event.kind !== "notified" || event.topicArn !== edgeAlarmsTopicArn) return;
      stop();
      resolve();
    });
  });
}

export function openEdge(world: World): Edge {
  const { outputs, deployment } = world;
  void serverErrorsFired(world);
  const { url = "", path: telemetry = "" } = outputs.of[integration] ?? {};
  const poster = createPoster(url, deployment.distributions.ca);
  return {
    async post(deviceId, body, { method, path = telemetry, headers = {} } = {}) {
      const all = {
        authorization: `Bearer ${tokenOf(deviceId)}`,
        "content-type": "application/json",
        ...headers,
      };
      const isText = typeof body === "string" || body instanceof Uint8Array;
      const answer = await poster.post({
        ...(method !== undefined && { method }),
        path,
        headers: Object.fromEntries(
          Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
        ),
        body: isText ? body : JSON.stringify(body),
      });
      const json = JSON.parse(answer.body.toString() || "{}") as EdgeAnswer["json"];
      return { ...answer, json };
    },
    close: () => poster.close(),
  };
}

/** The bad requests of the table, for a device of this machine. */
export const badRequestsOf = (reading: Reading): BadRequest[] =>
  badRequests({
    reading,
    key: tokenKeys.local,
    keyId: "local",
    mostBytes: 16_384,
    now: Date.now(),
    revoked: revokedDevice,
  });

/** Subscribes to the telemetry of all devices, as another system would, with a certificate and a policy of its own. */
export async function subscribeToTelemetry(world: World): Promise<{
  /** Messages of devices whose names begin so, in the order of arrival. */
  of(prefix: string): { topic: string; message: Record<string, unknown> }[];
  end: () => Promise<void>;
}> {
  const name = "edge-subscriber";
  const { iotCore } = world.platform;
  const policy = world.deployment.resources.find(({ type }) => type === "aws:iot/policy:Policy");
  if (!policy) throw new Error("The program has no policy of devices.");
  await world.create(policy, { ...openPolicy, name });
  const credentials = await iotCore.addThing(name, [name]);
  const client = await connect(iotCore.mqttUrl, name, identity(credentials));
  const received: { topic: string; payload: Buffer }[] = [];
  client.on("message", (topic, payload) => void received.push({ topic, payload }));
  await client.subscribeAsync(`${world.outputs.topicPrefix}/+/telemetry`, { qos: 1 });
  return {
    of: (prefix) =>
      received
        .filter(({ topic }) => topic.split("/").at(-2)?.startsWith(prefix))
        .map(({ topic, payload }) => ({
          topic,
          message: JSON.parse(payload.toString()) as Record<string, unknown>,
        })),
    end: () => client.endAsync(true),
  };
}
