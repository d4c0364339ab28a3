import type { Client, ConnectPacket, Subscription } from "aedes";
import type { Outgoing } from "./packet-writer";
import { reasonCodes, type ReasonCode } from "./reason-codes";

/** An error with what a client of MQTT 5 learns about it. */
export interface PacketError extends Error {
  reasonCode?: ReasonCode;
  /** Whether it ends the connection even if an acknowledgement could report it. */
  closes?: boolean;
  /** Whether a client of MQTT 3.1.1 stays connected, too: SUBACK reports it. */
  stays?: boolean;
}

/** What is known of a connection by its packets. */
export interface PacketState {
  /** Undefined until the client has sent CONNECT. */
  connect?: ConnectPacket;
  /** Why the CONNACK that the library is about to send refuses the connection. */
  refusal?: PacketError;
  /** The cause of an error that the library is about to report. */
  closing?: PacketError;
  /** Whether DISCONNECT was sent. */
  leaving: boolean;
  /** Messages of the client that are not acknowledged. */
  received: Set<number>;
  /** Messages that the client has not acknowledged, and those that wait until it has. */
  sent: Set<number>;
  waiting: Outgoing[];
  /** The subscriptions of each SUBSCRIBE that is not acknowledged. */
  subscribing: Map<number, Subscription[]>;
}

export const newState = (): PacketState => ({
  leaving: false,
  received: new Set(),
  sent: new Set(),
  waiting: [],
  subscribing: new Map(),
});

export const speaksMqtt5 = ({ connect }: PacketState): boolean => connect?.protocolVersion === 5;

export const codeOf = ({ reasonCode = reasonCodes.protocolError }: PacketError): ReasonCode =>
  reasonCode;

/** The properties of a packet that reports an error; a client decides whether it gets reasons in words. */
export const explained = (
  { connect }: PacketState,
  { message }: Error,
): { reasonString: string } | undefined =>
  connect?.properties?.requestProblemInformation === false ? undefined : { reasonString: message };

/** The same for a client that the library has accepted. */
export const isMqtt5 = ({ version }: Pick<Client, "version">): boolean => version === 5;
