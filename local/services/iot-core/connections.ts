import type { Client } from "aedes";
import type { Refusal, Session } from "./authorizer";
import {
  createPresenceBook,
  hasPresence,
  type DisconnectReason,
  type Presence,
  type PresenceEvent,
} from "./presence";

/** The connected clients, and notifications about connections and disconnections. */
export interface Connections {
  /** An accepted client; an existing connection with the same id is about to be closed. */
  open(client: Client, session: Session): void;
  session(client: Client): Session | undefined;
  /** The library has registered the client. */
  arrived(client: Client): void;
  /** The library has released the client. */
  left(client: Client): void;
  /** Records why a connection ended; the first reason counts. */
  ending(client: Client, reason: DisconnectReason): void;
  /** A client that its policies deny. */
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
        connection.client.close();
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
