import type { Json } from "../../../../iot-sql";
import type { Clients, Credentials } from "../../../aws/clients";
import type { Destinations } from "../destinations";
import type { RuleMessage } from "../message";

/** What actions use besides the account. */
export interface Surroundings {
  /** Publishes on the broker, for a role that may. */
  republish: (topic: string, payload: Uint8Array, qos: 0 | 1) => Promise<void>;
  /** Puts an event into a function's own queue of events; what becomes of it is no business of the rule. */
  invoke: (functionArn: string, source: string, event: unknown) => void;
  /** Where HTTP actions may post to. */
  destinations: Destinations;
}

/** One message on its way to one target. */
export interface Delivery extends Surroundings {
  message: RuleMessage;
  ruleName: string;
  ruleArn: string;
  /** What the rule made of the message: as it is sent, and as JSON with every digit of its numbers, or bytes that are no JSON. */
  payload: Uint8Array;
  value: Json | Uint8Array;
  clients: Clients;
}

/** The same, for an action that acts as its role. */
export interface RoleDelivery extends Delivery {
  credentials: Credentials;
}

/** A text with what its substitution templates give for one message; rejects when they give nothing at all. */
export type Template = (message: RuleMessage) => Promise<string>;

interface Target {
  /** The target of one message: a URL, an ARN, a name or a topic. */
  target: Template;
  /** The URL that has to agree before anything is sent to the target; only HTTP actions have one. */
  confirmationUrl?: string;
}

/** An action as a rule configured it, checked; `perform` rejects with the service's error when the service did not take the message. */
export type PreparedAction = Target &
  (
    | { roleArn: string; perform(delivery: RoleDelivery, target: string): Promise<unknown> }
    | { roleArn?: undefined; perform(delivery: Delivery, target: string): Promise<unknown> }
  );

/** What this machine has for actions whose service the emulator lacks. */
export interface ActionOptions {
  /** Where Timestream for LiveAnalytics is. @default nowhere: rules that write to it are refused */
  timestreamEndpoint?: string;
}

/** What an action is prepared with. */
export interface Preparation extends ActionOptions {
  /** Makes a text with substitution templates ready, which may use the statement's variables; throws what is wrong with it. */
  template: (text: string) => Template;
}

/** A kind of rule action that this IoT Core has. */
export interface ActionKind {
  /** As aws.iot.TopicRule calls its list of them. */
  list: string;
  /** As its error action calls the only one. */
  single: string;
  /** As AWS calls it in the message of an error action. */
  failedAction: string;
  /** Checks the settings, and compiles their substitution templates; throws what is wrong with them. */
  prepare(settings: unknown, preparation: Preparation): PreparedAction;
}
