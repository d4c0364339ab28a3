import type { Json } from "../../../../iot-sql";
import type { Clients, Credentials } from "../../../aws/clients";
import type { Destinations } from "../destinations";
import type { RuleMessage } from "../message";
import type { Headers } from "../mqtt5/headers";

/** Dependencies of actions, besides the account. */
export interface Surroundings {
  /** Publishes on the broker if the role has the permission. */
  republish: (topic: string, payload: Uint8Array, qos: 0 | 1, headers?: Headers) => Promise<void>;
  /** Queues an asynchronous invocation of a function; its result does not affect the rule. */
  invoke: (functionArn: string, source: string, event: unknown) => void;
  /** The confirmed endpoints of HTTP actions. */
  destinations: Destinations;
}

/** One delivery of a message to a target. */
export interface Delivery extends Surroundings {
  message: RuleMessage;
  ruleName: string;
  ruleArn: string;
  /** The output of the rule: the bytes to send, and the JSON with exact numbers, or bytes that are not JSON. */
  payload: Uint8Array;
  value: Json | Uint8Array;
  clients: Clients;
}

/** A delivery by an action that assumes a role. */
export interface RoleDelivery extends Delivery {
  credentials: Credentials;
}

/** A text after substitution for one message; rejects if the result is empty. */
export type Template = (message: RuleMessage) => Promise<string>;

interface Target {
  /** The target of a message: a URL, an ARN, a name or a topic. */
  target: Template;
  /** The confirmation URL of the target; HTTP actions only. */
  confirmationUrl?: string;
}

/** A validated action of a rule; `perform` rejects with the service's error if the service rejects the message. */
export type PreparedAction = Target &
  (
    | { roleArn: string; perform(delivery: RoleDelivery, target: string): Promise<unknown> }
    | { roleArn?: undefined; perform(delivery: Delivery, target: string): Promise<unknown> }
  );

/** Local endpoints for actions whose service the emulator lacks. */
export interface ActionOptions {
  /** The endpoint of Timestream for LiveAnalytics. @default none: rules that write to it are refused */
  timestreamEndpoint?: string;
}

/** Context for the preparation of an action. */
export interface Preparation extends ActionOptions {
  /** Compiles a text with substitution templates, which may use the statement's variables; throws on an invalid template. */
  template: (text: string) => Template;
}

/** A kind of rule action that this IoT Core implements. */
export interface ActionKind {
  /** The key of the list in aws.iot.TopicRule. */
  list: string;
  /** The key in its error action. */
  single: string;
  /** The name in the message of an error action. */
  failedAction: string;
  /** Validates the settings and compiles their substitution templates; throws on invalid settings. */
  prepare(settings: unknown, preparation: Preparation): PreparedAction;
}
