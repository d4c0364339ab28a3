import { PublishCommand, type IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { randomBytes } from "node:crypto";
import { sinkOf } from "../sinks";
import type { Search } from "../sinks/search";
import { stemsIn, type StackOutputs } from "../stack-outputs";
import { alarmPlaces, alarmStates, unconfirmed } from "./account";
import { listenForAcks, type Acks } from "./acks";
import { clean } from "./clean";
import type { Account } from "./clients";
import type { Request } from "./command-line";
import { edge, postingOf } from "./post";
import { logProbesOf, probesOf, type Probe } from "./probe";
import { messageOf, report, wordOf } from "./report";
import { channelOf, partOf, settle } from "./settle";
import { signedGet, type Signer } from "./signed";

export interface VerifyArgs extends Pick<Request, "integration" | "stack" | "timeoutSeconds"> {
  outputs: StackOutputs;
  account: Account;
  /** Receives each line for the operator. */
  say: (line: string) => void;
}

/** The integration that acknowledges readings to their devices. */
const acknowledging = "iot-to-sqs";

/** Publishes readings of a device of its own and looks for them in every integration. Returns whether everything is right. */
export async function verify(args: VerifyArgs): Promise<boolean> {
  const { outputs, account, say, stack, timeoutSeconds } = args;
  const stems = chosen(args);
  const deviceId = `verify-${randomBytes(4).toString("hex")}`;
  const { topicPrefix, of } = outputs;
  const [alarms, waiting] = await Promise.all([
    alarmStates(account.cloudwatchIn, alarmPlaces(outputs)),
    unconfirmed(account.snsIn, outputs),
  ]);
  // A post may have to be looked up by its acknowledgement.
  const isAcknowledged = [acknowledging, edge].some((stem) => stems.includes(stem));
  const mqttUrl = isAcknowledged ? of[acknowledging]?.mqttUrl : undefined;
  const acks = mqttUrl && (await connected(mqttUrl, topicPrefix, deviceId, account.signer));
  const now = Date.now();
  const posting = stems.includes(edge)
    ? await postingOf(account.secrets, outputs, deviceId, now)
    : undefined;
  const sinks = await Promise.all(
    stems.map(async (stem) => {
      const sink = await sinkOf(stem);
      return [stem, stem === edge ? { ...sink, unseen: () => posting?.unseen } : sink] as const;
    }),
  );
  const hasLogs = sinks.some(([, sink]) => channelOf(sink) === "logs");
  const probes = [
    ...(posting?.probe ? [posting.probe] : []),
    ...(hasLogs ? logProbesOf(deviceId, now) : []),
    ...probesOf(deviceId, now),
  ];
  const search: Search = {
    ...{ clients: account.search, outputs, deviceId },
    readings: probes
      .filter(({ id, channel }) => id !== undefined && channel !== "logs")
      .map(({ reading }) => reading),
    acks: () => (acks ? acks.received() : []),
    api: (path) => askApi(of["api-to-devices"]?.url ?? "", path, account.signer),
    ...(posting?.probe && { post: posting.post }),
  };
  const parts = await Promise.all(sinks.map(([stem, sink]) => partOf(stem, sink, probes, search)));
  const started = Date.now();
  const until = started + timeoutSeconds * 1000;
  say(`Publishing as device ${deviceId}. Recipients of alerts receive one about it.`);
  try {
    const published: Probe[] = [];
    for (const [probe, deadline] of steps(probes, started, until)) {
      if (probe.channel !== "posts")
        await publish(account.iot, `${topicPrefix}/${deviceId}/${probe.channel}`, probe.payload);
      published.push(probe);
      if (deadline === undefined) continue;
      await settle({
        ...{ parts, probes: published, search, until: deadline },
        onFound: (part, check) =>
          say(
            `${Math.round((Date.now() - started) / 1000)} s  ${part.stem}: ${check.kind} ${messageOf(part)} ${wordOf(check)}`,
          ),
      });
    }
  } finally {
    if (acks) await acks.close();
  }
  const stays = await clean(parts, search, deviceId);
  const { lines, passed } = report({
    ...{ parts, alarms, unconfirmed: waiting, stays, stack, timeoutSeconds },
  });
  lines.forEach(say);
  return passed;
}

function chosen({ outputs, integration, stack }: VerifyArgs): string[] {
  const stems = stemsIn(outputs);
  if (integration === undefined) return stems;
  if (stems.includes(integration)) return [integration];
  throw new Error(
    `Stack ${stack} has no integration ${integration}; name one of ${stems.join(", ")}.`,
  );
}

/**
 * The messages, with the time until which to look for those that are published. The valid one is published last, in the second half of
 * the time: it closes the incident that the critical one opened, and services do not keep the order.
 */
function steps(
  probes: readonly Probe[],
  started: number,
  until: number,
): [Probe, number | undefined][] {
  return probes.map((probe, nth) => {
    if (probe.channel !== "telemetry") return [probe, undefined];
    if (probe.kind === "valid") return [probe, until];
    const isLast = probes[nth + 1]?.kind === "valid";
    return [probe, isLast ? (started + until) / 2 : undefined];
  });
}

async function publish(iot: IoTDataPlaneClient, topic: string, payload: Buffer): Promise<void> {
  try {
    await iot.send(new PublishCommand({ topic, payload, qos: 1 }));
  } catch (error) {
    const { name, message } = error as Error;
    throw new Error(
      `AWS IoT does not take a message for ${topic} (${name}: ${message}): the caller needs iot:Publish on it, in the region of the stack.`,
    );
  }
}

async function connected(
  mqttUrl: string,
  topicPrefix: string,
  deviceId: string,
  signer: Signer,
): Promise<Acks> {
  try {
    return await listenForAcks(mqttUrl, topicPrefix, deviceId, signer);
  } catch (error) {
    throw new Error(
      `${new URL(mqttUrl).host} does not accept the caller for MQTT (${(error as Error).message}): the caller needs iot:Connect as client ${deviceId}, and iot:Subscribe, iot:Publish and iot:Receive on its topic of acknowledgements.`,
    );
  }
}

async function askApi(url: string, path: string, signer: Signer): Promise<unknown> {
  const { status, text } = await signedGet(url, path, signer);
  if (status === 200) return jsonOf(text, path);
  if (status === 404) return undefined;
  throw new Error(
    `the API answers ${status}; the caller needs execute-api:Invoke, and an API with an issuer of tokens must be called with a token`,
  );
}

function jsonOf(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`the API answers ${path} with something else than JSON; look at its URL`);
  }
}
