import { evaluate, type AccessRequest, type Context, type PolicyDocument } from "../../../iam";
import type { Account } from "../../aws/clients";
import {
  policiesWithoutVariables,
  sayWithoutValue,
  sayWithoutVariables,
  variablesWithoutValue,
} from "./variables-without-value";

/** The identity of a client: a device by its certificate, or an IAM principal by its signature. */
export interface Identity {
  /** As `principal()` and presence events give it: the certificate's id, or the IAM principal's. */
  id: string;
  /** The thing that the certificate is attached to. */
  thingName?: string;
  /** Type and attributes of the thing. */
  thing?: ThingDetails;
  policies: PolicyDocument[];
  /** A permissions boundary, which must also allow the action. */
  boundary?: PolicyDocument[];
  /** Condition keys of the identity; those of the connection are added at each decision. */
  context?: Context;
  /** Reads policies that may have changed; those of a certificate do not change. */
  refresh?(): Promise<void>;
}

/** What the registry keeps for a thing besides its name. */
export interface ThingDetails {
  typeName?: string;
  attributes?: Record<string, string>;
}

/** The connection that a decision is made for. */
export interface Connection {
  identity: Identity;
  clientId: string;
  /** IP address of the client; undefined for a request that has none. */
  sourceIp?: string;
  /** Domain name that the client connected to; undefined if it connected to an IP address. */
  domainName?: string;
}

/** The actions that device policies decide, each with what its resource is made of. */
export type DeviceAction =
  | { action: "iot:Connect"; client: string; attributes?: string[]; lastWillTopic?: string }
  | { action: "iot:Publish" | "iot:RetainPublish" | "iot:Receive"; topic: string }
  | { action: "iot:Subscribe"; filter: string };

/** A decision, with the resource that it was made for and the sentence that explains it. */
export interface Decision {
  allowed: boolean;
  resource: string;
  reason: string;
}

/**
 * Decides by the policies of the connection's identity, at `now` in milliseconds since the epoch. Never throws: a request that cannot be decided is refused, with the policy,
 * statement and operator at fault in the reason.
 */
export function decide(
  { region, accountId }: Account,
  connection: Connection,
  asked: DeviceAction,
  now = Date.now(),
): Decision {
  const arnOf = (name: string): string => `arn:aws:iot:${region}:${accountId}:${name}`;
  const { policies, boundary } = connection.identity;
  const request = {
    action: asked.action,
    resource: arnOf(resourceOf(asked)),
    context: {
      ...connectionContext(connection),
      ...timeContext(now),
      ...("client" in asked && connectContext(asked, arnOf)),
    },
  };
  const decision = evaluateSafely({ ...request, documents: policies });
  const last =
    decision.allowed && boundary ? evaluateSafely({ ...request, documents: boundary }) : decision;
  return { ...last, resource: request.resource };
}

/** A throw here would end the process: decisions are taken in callbacks of the broker library. */
function evaluateSafely(request: AccessRequest): Pick<Decision, "allowed" | "reason"> {
  try {
    const { allowed, reason, statement } = evaluate(request);
    if (allowed || statement) return { allowed, reason };
    const missing =
      sayWithoutValue(variablesWithoutValue(request)) +
      sayWithoutVariables(policiesWithoutVariables(request));
    return { allowed, reason: reason.replace(/\.$/, `${missing}.`) };
  } catch (error) {
    const { message } = error as Error;
    const { action, resource } = request;
    return { allowed: false, reason: `${action} on ${resource} cannot be decided: ${message}` };
  }
}

/**
 * The condition keys and policy variables of a connection. Those of a thing have a value only if the client id is the name of the
 * thing that the certificate is attached to.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/basic-policy-variables.html
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/thing-policy-variables.html
 */
function connectionContext({ identity, clientId, sourceIp, domainName }: Connection): Context {
  const isThing = identity.thingName === clientId;
  return {
    ...identity.context,
    "iot:ClientId": clientId,
    ...(sourceIp !== undefined && { "aws:SourceIp": sourceIp }),
    ...(domainName !== undefined && { "iot:DomainName": domainName }),
    "iot:Connection.Thing.IsAttached": String(isThing),
    ...(isThing && thingContext(clientId, identity.thing)),
  };
}

/**
 * The keys of the time, which every request has.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-currenttime
 */
const timeContext = (now: number): Context => ({
  "aws:CurrentTime": new Date(now).toISOString(),
  "aws:EpochTime": String(Math.floor(now / 1_000)),
});

function thingContext(name: string, { typeName, attributes = {} }: ThingDetails = {}): Context {
  const variables = Object.entries(attributes).map(([attribute, value]): [string, string] => [
    `iot:Connection.Thing.Attributes[${attribute}]`,
    value,
  ]);
  return {
    ...Object.fromEntries(variables),
    "iot:Connection.Thing.ThingName": name,
    ...(typeName !== undefined && { "iot:Connection.Thing.ThingTypeName": typeName }),
  };
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
