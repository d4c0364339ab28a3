import type { Message } from "@aws-sdk/client-sqs";
import { printable } from "../../functions/shared/printable";
import { decode, objectIn } from "../redrive/json";
import type { Own } from "../redrive/own";
import { plan, type PlanClients } from "../redrive/plan";
import { reasonOf } from "./reason";

/** A message as its device sent it, as text. */
interface Sent {
  device: string;
  payload: string;
}

/**
 * A waiting message in lines for a person: when it was set aside, from which device, why, and the payload of each device message in it.
 * Without `own`, and if it names anything outside of the stack, nothing that it refers to is read.
 */
export async function describeWaiting(
  clients: PlanClients,
  message: Message,
  own: Own | undefined,
): Promise<string[]> {
  const { Body = "", Attributes, MessageAttributes } = message;
  const attributes = Object.fromEntries(
    Object.entries(MessageAttributes ?? {}).map(([name, { StringValue }]) => [name, StringValue]),
  );
  const { reason, detail } = reasonOf(Body, attributes);
  const sent = quarantined(Body) ?? (await failed(clients, message, own));
  const devices = [...new Set(sent.map(({ device }) => device))].filter((one) => one !== "");
  const when = new Date(Number(Attributes?.SentTimestamp ?? 0)).toISOString();
  const why = detail === "" ? reason : `${reason}: ${detail}`;
  return [
    `${when}  ${devices.length > 0 ? devices.join(", ") : "unknown device"}  ${why}`,
    ...sent.map(({ payload }) => `  ${shortened(payload)}`),
  ].map(printable);
}

/** Ten lines of a terminal; `npm run redrive -- --list` prints whole payloads of failures queues. */
const longest = 800;

const shortened = (payload: string): string =>
  payload.length > longest
    ? `${payload.slice(0, longest)}… (${payload.length.toLocaleString("en")} characters)`
    : payload;

/** The entry of a quarantine; undefined for any other message. */
function quarantined(body: string): Sent[] | undefined {
  const { reason, deviceId, payload } = objectIn(body) ?? {};
  const bytes = decode(payload);
  if (typeof reason !== "string" || !bytes) return undefined;
  return [{ device: typeof deviceId === "string" ? deviceId : "", payload: bytes.toString() }];
}

/** What a redrive would send; the whole body of a message that it cannot read or refuses. */
async function failed(
  clients: PlanClients,
  message: Message,
  own: Own | undefined,
): Promise<Sent[]> {
  const whole = [{ device: "", payload: message.Body ?? "" }];
  if (own === undefined) return whole;
  try {
    const planned = await plan(clients, message, own);
    const sent = [
      ...planned.originals.map(({ topic, payload }) => ({
        device: topic.split("/").at(-2) ?? "",
        payload: Buffer.from(payload).toString(),
      })),
      ...planned.notifications.map(({ attributes, text }) => ({
        device: attributes["deviceId"]?.StringValue ?? "",
        payload: text,
      })),
      ...planned.events.map(({ detail }) => ofReading(JSON.stringify(detail))),
      ...planned.executions.map(({ input }) => ofReading(input)),
    ];
    return sent.length > 0 ? sent : whole;
  } catch {
    return whole;
  }
}

function ofReading(json: string): Sent {
  const device = objectIn(json)?.["deviceId"];
  return { device: typeof device === "string" ? device : "", payload: json };
}
