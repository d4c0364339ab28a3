/** A part of a service that moves messages on until it is stopped: a mapping, a subscription, a pipe. */
export interface Connection {
  /** Resolves when every message that was there at the call is delivered, processed or set aside. */
  idle(): Promise<void>;
  /** Finishes what is under way, then stops. */
  stop(): Promise<void>;
}

/** The connections of one service, which become idle and stop together. */
export interface Connections extends Connection {
  /** Keeps a connection once it has started, and returns it. */
  add<T extends Connection>(starting: Promise<T>): Promise<T>;
}

export function createConnections(): Connections {
  const connections: Connection[] = [];
  return {
    async add(starting) {
      const connection = await starting;
      connections.push(connection);
      return connection;
    },
    async idle() {
      for (const connection of connections) await connection.idle();
    },
    async stop() {
      await Promise.all(connections.map((connection) => connection.stop()));
    },
  };
}
