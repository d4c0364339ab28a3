import { KinesisClient, ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { ListQueuesCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import { type Account, createClients } from "../../../local/aws/clients";

const root = { accessKeyId: "root", secretAccessKey: "example" };
const role = { accessKeyId: "role", secretAccessKey: "example", sessionToken: "example" };

describe("The clients of the emulated account", () => {
  let server: http.Server;
  let account: Account;
  let received: http.IncomingMessage[];

  before(async () => {
    server = http.createServer((request, response) => {
      received.push(request);
      request.resume().on("end", () => response.end("{}"));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    account = { endpoint, region: "eu-central-1", accountId: "123456789012", root };
  });

  beforeEach(() => {
    received = [];
  });

  after(() => new Promise((resolve) => server.close(resolve)));

  it("are one per service and principal", () => {
    const clients = createClients(account);
    assert.equal(clients.get(SQSClient), clients.get(SQSClient, root));
    assert.equal(clients.get(SQSClient, role), clients.get(SQSClient, role));
    assert.notEqual(clients.get(SQSClient), clients.get(SQSClient, role));
    assert.notEqual(clients.get<SQSClient | KinesisClient>(SQSClient), clients.get(KinesisClient));
    clients.destroy();
  });

  it("pass each new client to the middleware once", () => {
    const seen: unknown[] = [];
    const clients = createClients(account, [(client) => seen.push(client)]);
    const client = clients.get(SQSClient);
    clients.get(SQSClient);
    assert.deepEqual(seen, [client]);
    clients.destroy();
  });

  it("sign for the principal and call the emulator by HTTP/1.1, Kinesis too", async () => {
    const clients = createClients(account);
    await clients.get(SQSClient).send(new ListQueuesCommand({}));
    await clients.get(KinesisClient, role).send(new ListStreamsCommand({}));
    clients.destroy();
    const signed = received.map(({ httpVersion, headers }) => [
      httpVersion,
      /Credential=(\w+)\//.exec(headers.authorization ?? "")?.[1],
      headers["x-amz-security-token"],
    ]);
    assert.deepEqual(signed, [
      ["1.1", "root", undefined],
      ["1.1", "role", "example"],
    ]);
  });

  it("call the emulator whatever host a queue's URL names", async () => {
    const clients = createClients(account);
    const QueueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/telemetry";
    await clients.get(SQSClient).send(new ReceiveMessageCommand({ QueueUrl }));
    clients.destroy();
    assert.equal(received[0]?.headers.host, new URL(account.endpoint).host);
  });
});
