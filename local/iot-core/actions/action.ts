import type { Message } from "../../../iot-sql";
import type { Clients, Credentials } from "../../aws/clients";

/** One message on its way to one target. */
export interface Delivery {
  message: Message;
  /** What the rule made of the message: as it is sent, and as JSON. */
  payload: Uint8Array;
  value: unknown;
  clients: Clients;
  /** Those of the action's role. */
  credentials: Credentials;
  /** Publishes on the broker, for a role that may. */
  republish: (topic: string, payload: Uint8Array, qos: 0 | 1) => Promise<void>;
}

/** An action as a rule configured it, checked. */
export interface PreparedAction {
  roleArn: string;
  /** The target of one message: a URL, an ARN, a name or a topic. */
  target(message: Message): string;
  /** Rejects with the service's error when the service did not take the message. */
  perform(delivery: Delivery, target: string): Promise<unknown>;
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
  prepare(settings: unknown): PreparedAction;
}
