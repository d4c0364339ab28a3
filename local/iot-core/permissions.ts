import { evaluate } from "../../iam";
import type { Account } from "../aws/clients";
import type { DeviceCertificate } from "./registry";

/** Who is connected, and how it called itself. */
export interface Connection {
  certificate: DeviceCertificate;
  clientId: string;
}

/** What a device policy decides on, by the resource that belongs to it. */
export type DeviceAction =
  | { action: "iot:Connect"; client: string }
  | { action: "iot:Publish" | "iot:RetainPublish" | "iot:Receive"; topic: string }
  | { action: "iot:Subscribe"; filter: string };

/** A decision, with the resource it was made for and the sentence that explains it. */
export interface Decision {
  allowed: boolean;
  resource: string;
  reason: string;
}

/**
 * Decides by the policies of the connection's certificate. A connection is a thing's when its client id is the name of the thing
 * that the certificate is attached to; otherwise `${iot:Connection.Thing.ThingName}` has no value and permits nothing.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html
 */
export function decide(
  { region, accountId }: Account,
  { certificate, clientId }: Connection,
  asked: DeviceAction,
): Decision {
  const resource = `arn:aws:iot:${region}:${accountId}:${resourceOf(asked)}`;
  const isThing = certificate.thingName === clientId;
  const { allowed, reason } = evaluate({
    documents: certificate.policies,
    action: asked.action,
    resource,
    context: {
      "iot:ClientId": clientId,
      "iot:Connection.Thing.IsAttached": String(isThing),
      ...(isThing && { "iot:Connection.Thing.ThingName": clientId }),
    },
  });
  return { allowed, resource, reason };
}

function resourceOf(asked: DeviceAction): string {
  if ("client" in asked) return `client/${asked.client}`;
  return "filter" in asked ? `topicfilter/${asked.filter}` : `topic/${asked.topic}`;
}
