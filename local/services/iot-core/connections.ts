import type { Client } from "aedes";
import type { Refusal, Session } from "./authorizer";
import { reasonCodes } from "./mqtt5/reason-codes";
import {
  createPresenceBook,
  hasPresence,
  type DisconnectReason,
  type Presence,
  type PresenceEvent,
} from "./presence";

/** The connected clients, and their presence events. */
export interface Connections {
  /** Adds a client whose connection was accepted; the library is about to close an older connection of its id. */
  open(client: Client, session: Session): void;
  session(client: Client): Session | undefined;
  /** Called when the library has registered the client. */
  arrived(client: Client): void;
  /** Called when the library has removed the client. */
  left(client: Client): void;
  /** Sets the reason why a connection ends; the first reason holds. */
  ending(client: Client, reason: DisconnectReason): void;
  /** Announces a client that its policies do not allow to connect. */
  refused(clientId: string, principalIdentifier: string, sourceIp: string): void;
  /** Closes every connection of an identity. */
  disconnect: (identityId: string) => void;
}

export interface ConnectionsArgs {
  now: () => number;
  notify: (event: PresenceEvent & { sourceIp: string }) => void;
}

interface Connection {
  client: Client;
  session: Session;
  presence: Presence;
  /** Why the connection ended, once known. */
  ending?: DisconnectReason;
}

export function createConnections({ now, notify }: ConnectionsArgs): Connections {
  const book = createPresenceBook(now);
  const opened = new WeakMap<Client, Connection>();
  const present = new Map<string, Connection>();

  function announce(clientId: string, sourceIp: string, event: PresenceEvent): void {
    if (hasPresence(clientId)) notify({ ...event, sourceIp });
  }

  return {
    open(client, session) {
      const { clientId, sourceIp, identity } = session;
      const before = present.get(clientId);
      if (before) before.ending ??= "DUPLICATE_CLIENTID";
      const who = { clientId, ipAddress: sourceIp, principalIdentifier: identity.id };
      opened.set(client, { client, session, presence: book.open(who) });
    },
    session: (client) => opened.get(client)?.session,
    arrived(client) {
      const connection = opened.get(client);
      if (!connection) return;
      const { clientId, sourceIp } = connection.session;
      present.set(clientId, connection);
      announce(clientId, sourceIp, connection.presence.connected());
    },
    left(client) {
      const connection = opened.get(client);
      if (!connection) return;
      const { session, presence, ending } = connection;
      const { clientId, sourceIp } = session;
      if (present.get(clientId) === connection) present.delete(clientId);
      const reason =
        ending ?? (saidGoodbye(client) ? "CLIENT_INITIATED_DISCONNECT" : "CONNECTION_LOST");
      announce(clientId, sourceIp, presence.disconnected(reason));
    },
    ending(client, reason) {
      const connection = opened.get(client);
      if (connection) connection.ending ??= reason;
    },
    refused: (clientId, principalIdentifier, ipAddress) =>
      announce(clientId, ipAddress, book.failed({ clientId, principalIdentifier, ipAddress })),
    disconnect(identityId) {
      for (const connection of present.values()) {
        if (connection.session.identity.id !== identityId) continue;
        connection.ending ??= "SERVER_INITIATED_DISCONNECT";
        connection.client.disconnect({ reasonCode: reasonCodes.administrativeAction });
      }
    },
  };
}

/** Only the library knows whether DISCONNECT was received, and does not expose it. */
const saidGoodbye = (client: Client): boolean =>
  (client as unknown as { _disconnected: boolean })._disconnected;

/** Socket errors have a code; all other errors are protocol violations of the client. */
export function reasonOf(error: Error): DisconnectReason {
  if ("disconnectReason" in error) return (error as Refusal).disconnectReason;
  return "code" in error ? "CONNECTION_LOST" : "CLIENT_ERROR";
}

/** Whether an error is neither a refusal, a socket's nor a keep-alive timeout. */
export const isProtocolError = (error: Error & { reasonCode?: number }): boolean =>
  reasonOf(error) === "CLIENT_ERROR" &&
  !("disconnectReason" in error) &&
  error.reasonCode !== reasonCodes.keepAliveTimeout;
