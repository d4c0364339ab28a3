import type * as net from "node:net";

/** A server on the loopback interface. */
export interface Listening {
  port: number;
  /** Closes every connection, then resolves. */
  close: () => Promise<void>;
}

/** Listens on 127.0.0.1, which is not reachable from the network; `port` 0 chooses a free one. */
export async function listen(server: net.Server, port = 0): Promise<Listening> {
  const sockets = new Set<net.Socket>();
  server.on("connection", (socket: net.Socket) => {
    // MQTT sends many small packets, each of which would otherwise wait 40 ms for the previous acknowledgement.
    socket.setNoDelay(true);
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new Error(
              `Port ${port} on 127.0.0.1 is taken; name another one, or none for a free one.`,
            )
          : error,
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as net.AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
