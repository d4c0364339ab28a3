import { evaluate, type Context, type PolicyDocument } from "../../../iam";
import type { Account } from "../../aws/clients";

/** The identity of a connection: a device with a certificate, or an IAM principal with a signature. */
export interface Identity {
  /** As in `principal()` and presence events: the certificate's id, or the IAM principal's. */
  id: string;
  /** The thing that the certificate is attached to. */
  thingName?: string;
  policies: PolicyDocument[];
  /** A permissions boundary, which must also allow the action. */
  boundary?: PolicyDocument[];
  /** Context keys for conditions, besides those of the connection. */
  context?: Context;
  /** Reads policies that may have changed; those of a certificate do not change. */
  refresh?(): Promise<void>;
}

/** The identity and the client id of a connection. */
export interface Connection {
  identity: Identity;
  clientId: string;
}

/** Actions that policies decide on, each with its resource. */
export type DeviceAction =
  | { action: "iot:Connect"; client: string; attributes?: string[]; lastWillTopic?: string }
  | { action: "iot:Publish" | "iot:RetainPublish" | "iot:Receive"; topic: string }
  | { action: "iot:Subscribe"; filter: string };

/** A decision, with its resource and an explanation in one sentence. */
export interface Decision {
  allowed: boolean;
  resource: string;
  reason: string;
}

/**
 * Decides by the policies of the connection's identity. A connection belongs to a thing if its client id is the name of the thing
 * that the certificate is attached to; otherwise `${iot:Connection.Thing.ThingName}` has no value and permits nothing.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html
 */
export function decide(
  { region, accountId }: Account,
  { identity, clientId }: Connection,
  asked: DeviceAction,
): Decision {
  const arnOf = (name: string): string => `arn:aws:iot:${region}:${accountId}:${name}`;
  const isThing = identity.thingName === clientId;
  const request = {
    action: asked.action,
    resource: arnOf(resourceOf(asked)),
    context: {
      ...identity.context,
      "iot:ClientId": clientId,
      "iot:Connection.Thing.IsAttached": String(isThing),
      ...(isThing && { "iot:Connection.Thing.ThingName": clientId }),
      ...("client" in asked && connectContext(asked, arnOf)),
    },
  };
  const decision = evaluate({ ...request, documents: identity.policies });
  const { boundary } = identity;
  const last =
    decision.allowed && boundary ? evaluate({ ...request, documents: boundary }) : decision;
  return { allowed: last.allowed, resource: request.resource, reason: last.reason };
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/connect-policy.html */
function connectContext(
  { attributes = [], lastWillTopic }: Extract<DeviceAction, { client: string }>,
  arnOf: (name: string) => string,
): Context {
  return {
    ...(attributes.length > 0 && { "iot:ConnectAttributes": attributes }),
    ...(lastWillTopic !== undefined && { "iot:LastWillTopic": arnOf(`topic/${lastWillTopic}`) }),
  };
}

function resourceOf(asked: DeviceAction): string {
  if ("client" in asked) return `client/${asked.client}`;
  return "filter" in asked ? `topicfilter/${asked.filter}` : `topic/${asked.topic}`;
}
