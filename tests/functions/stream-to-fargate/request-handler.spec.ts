import { KinesisClient, ListShardsCommand } from "@aws-sdk/client-kinesis";
import * as assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type AddressInfo, type Socket } from "node:net";
import { requestHandler } from "../../../functions/stream-to-fargate/request-handler";

describe("A request of a task", () => {
  it("ends with an error if the server accepts it and never answers", async () => {
    const sockets = new Set<Socket>();
    const server = createServer((socket) => void sockets.add(socket.resume())).listen(
      0,
      "127.0.0.1",
    );
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const kinesis = new KinesisClient({
      region: "eu-central-1",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      endpoint: `http://127.0.0.1:${port}`,
      maxAttempts: 1,
      requestHandler: requestHandler(50),
    });
    try {
      const request = kinesis.send(new ListShardsCommand({ StreamName: "telemetry" }));
      await assert.rejects(request, { name: "TimeoutError" });
      assert.equal(sockets.size, 1);
    } finally {
      kinesis.destroy();
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });
});
