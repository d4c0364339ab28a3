import * as net from "node:net";
import type { IClientOptions, MqttClient } from "mqtt";
import { parseDocument } from "../../../../iam";
import {
  createBroker,
  type Broker,
  type BrokerArgs,
} from "../../../../local/services/iot-core/broker";
import { listen } from "../../../../local/listen";
import type { Identity } from "../../../../local/services/iot-core/permissions";
import type { Publication } from "../../../../local/services/iot-core/publication";
import type { DeviceCertificate } from "../../../../local/services/iot-core/registry";
import { createTrace, type TraceEvent } from "../../../../local/trace";
import { account, connect, openPolicy } from "./devices";

export const certificate = (thingName: string, { policy } = openPolicy): DeviceCertificate => ({
  id: "f".repeat(64),
  thingName,
  policies: [parseDocument(policy)],
});

export type Refused = Extract<TraceEvent, { kind: "refused" }>;

/** A broker alone, on plain TCP: each connection is the peer that the test names. */
export interface BrokerWorld {
  broker: Broker;
  port: number;
  accepted: Publication[];
  refused: Refused[];
  /** The presence events that the rules received. */
  announced: { topic: string; event: Record<string, unknown> }[];
  /** The identity of the next connection. @default a device `sensor-1` with all permissions */
  peer: Identity | undefined;
  /** The result of the rules engine. @default the message is accepted */
  accept: (publication: Publication) => Promise<void>;
  device(
    clientId: string,
    options?: IClientOptions,
    prepare?: (client: MqttClient) => void,
  ): Promise<MqttClient>;
  /** Resolves when another presence event was announced. */
  nextAnnouncement(): Promise<void>;
  end(): Promise<void>;
}

export async function createBrokerWorld(settings: Partial<BrokerArgs> = {}): Promise<BrokerWorld> {
  const trace = createTrace();
  const clients: MqttClient[] = [];
  const waiting: (() => void)[] = [];
  const world: Omit<BrokerWorld, "broker" | "port"> & Partial<BrokerWorld> = {
    accepted: [],
    refused: [],
    announced: [],
    peer: certificate("sensor-1"),
    accept: () => Promise.resolve(),
    device: (clientId, options = {}, prepare = () => undefined) =>
      connect(`mqtt://127.0.0.1:${port}`, clientId, options, (client) => {
        clients.push(client);
        prepare(client);
      }),
    nextAnnouncement: () => new Promise((resolve) => waiting.push(resolve)),
    async end() {
      await Promise.all(clients.map((client) => client.endAsync(true)));
      await broker.close();
      await close();
    },
  };
  trace.on((event) => {
    if (event.kind === "refused") world.refused.push(event);
  });
  const broker = await createBroker({
    account,
    trace,
    accept(publication) {
      world.accepted.push(publication);
      return world.accept(publication);
    },
    announce({ topic, payload }) {
      const event = JSON.parse(Buffer.from(payload).toString()) as Record<string, unknown>;
      world.announced.push({ topic, event });
      for (const resolve of waiting.splice(0)) resolve();
    },
    ...settings,
  });
  const server = net.createServer((socket) =>
    broker.serve(socket, { identity: world.peer, sourceIp: "127.0.0.1" }),
  );
  const { port, close } = await listen(server);
  return Object.assign(world, { broker, port });
}

/** Gives the test a broker of its own, and ends it after a failure as well: an open broker keeps the process of the tests running. */
export async function withBrokerWorld(
  settings: Partial<BrokerArgs>,
  test: (world: BrokerWorld) => Promise<void>,
): Promise<void> {
  const world = await createBrokerWorld(settings);
  try {
    await test(world);
  } finally {
    await world.end();
  }
}
