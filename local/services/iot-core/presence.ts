import { randomUUID } from "node:crypto";

/** Why a connection ended, in AWS's words. */
export type DisconnectReason =
  | "AUTH_ERROR"
  | "CLIENT_ERROR"
  | "CLIENT_INITIATED_DISCONNECT"
  | "CONNECTION_LOST"
  | "DUPLICATE_CLIENTID"
  | "MQTT_KEEP_ALIVE_TIMEOUT"
  | "SERVER_ERROR"
  | "SERVER_INITIATED_DISCONNECT";

/** The client that a presence event is about. */
export interface PresentClient {
  clientId: string;
  principalIdentifier: string;
  ipAddress: string;
}

/** A connection as in presence events: one session identifier and version for its beginning and its end. */
export interface Presence {
  connected(): PresenceEvent;
  disconnected(reason: DisconnectReason): PresenceEvent;
}

export interface PresenceEvent {
  topic: string;
  payload: Uint8Array;
}

/** Numbers the connections of each client id. */
export interface PresenceBook {
  open(client: PresentClient): Presence;
  /** The event that AWS publishes for a client that was not permitted to connect. */
  failed(client: PresentClient): PresenceEvent;
}

/** After this time without a connection, AWS restarts the version at 0. */
const forgottenAfterMilliseconds = 3_600_000;

/** Clients with a wildcard in their id have no events, since no topic exists for them. */
export const hasPresence = (clientId: string): boolean => !/[+#]/.test(clientId);

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/life-cycle-events.html */
export function createPresenceBook(now: () => number = Date.now): PresenceBook {
  const versions = new Map<string, { version: number; leftAt: number }>();

  function nextVersion(clientId: string): number {
    const last = versions.get(clientId);
    const version = last && now() - last.leftAt < forgottenAfterMilliseconds ? last.version + 1 : 0;
    // A connected client is not removed.
    versions.set(clientId, { version, leftAt: Infinity });
    return version;
  }

  const eventOf = (eventType: string, clientId: string, rest: object): PresenceEvent => ({
    topic: `$aws/events/presence/${eventType}/${clientId}`,
    payload: Buffer.from(JSON.stringify({ clientId, timestamp: now(), eventType, ...rest })),
  });

  return {
    open({ clientId, principalIdentifier, ipAddress }) {
      const sessionIdentifier = randomUUID();
      const versionNumber = nextVersion(clientId);
      const session = { sessionIdentifier, principalIdentifier };
      return {
        connected: () => eventOf("connected", clientId, { ...session, ipAddress, versionNumber }),
        disconnected(disconnectReason) {
          versions.set(clientId, { version: versionNumber, leftAt: now() });
          return eventOf("disconnected", clientId, {
            ...session,
            clientInitiatedDisconnect: disconnectReason === "CLIENT_INITIATED_DISCONNECT",
            disconnectReason,
            versionNumber,
          });
        },
      };
    },
    failed: ({ clientId, principalIdentifier, ipAddress }) =>
      eventOf("connect_failed", clientId, {
        connectFailureReason: "AUTHORIZATION_FAILED",
        principalIdentifier,
        sessionIdentifier: randomUUID(),
        ipAddress,
      }),
  };
}
