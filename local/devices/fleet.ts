import type { Channel } from "../../reading/channel";
import type { IotCore } from "../services/iot-core";
import type { Trace } from "../trace";
import { createAcks, type Ack } from "./acks";
import { connectDevice, type Device } from "./device";

export interface FleetArgs {
  iotCore: IotCore;
  trace: Trace;
  deviceIds: string[];
  /** The policy that the program has for devices. */
  policyName: string;
  topicPrefix: string;
  /** Called with a message when the broker has closed a device's connection; reconnecting would not help. */
  onRefused: (error: Error) => void;
}

/** The simulated devices, connected. */
export interface Fleet {
  /** Resolves when the broker has the message, which is telemetry unless `channel` says something else. */
  publish(deviceId: string, payload: Uint8Array, channel?: Channel): Promise<void>;
  acks: () => Iterable<Ack>;
  /** Resolves when every acknowledgement that the broker took has reached its device. */
  caughtUp(): Promise<void>;
  disconnect(): Promise<void>;
}

/** Concurrent handshakes: each costs two signatures. */
const connectingAtOnce = 8;

/** Registers each device with its own certificate and connects it. */
export async function connectFleet(args: FleetArgs): Promise<Fleet> {
  const { iotCore, trace, deviceIds, policyName, topicPrefix, onRefused } = args;
  const acks = createAcks(trace, topicPrefix, deviceIds);
  const devices = new Map<string, Device>();

  async function connect(deviceId: string): Promise<void> {
    const device = await connectDevice({
      url: iotCore.mqttUrl,
      deviceId,
      credentials: await iotCore.addThing(deviceId, [policyName]),
      acksTopic: acks.topicOf(deviceId),
      onAck: (payload) => acks.arrived(deviceId, payload),
    });
    devices.set(deviceId, device);
  }

  const stopListening = trace.on((event) => {
    if (event.kind !== "refused" || !deviceIds.includes(event.clientId)) return;
    const { clientId, action, resource, reason } = event;
    const what = `${action} on ${resource}`;
    // A decision on a policy names what it decides.
    const why = reason.startsWith(`${what}: `) ? reason.slice(what.length + 2) : reason;
    onRefused(new Error(`Device ${clientId} was refused ${what}: ${why}`));
  });

  async function disconnect(): Promise<void> {
    stopListening();
    acks.stop();
    await Promise.all([...devices.values()].map((device) => device.disconnect()));
  }

  try {
    const waiting = [...deviceIds];
    const lane = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
        await connect(next);
    };
    await Promise.all(Array.from({ length: connectingAtOnce }, lane));
  } catch (error) {
    await disconnect();
    throw error;
  }
  return {
    async publish(deviceId, payload, channel = "telemetry") {
      const device = devices.get(deviceId);
      if (!device) throw new Error(`There is no device '${deviceId}' in the fleet; add it first.`);
      await device.publish(`${topicPrefix}/${deviceId}/${channel}`, payload);
    },
    acks: acks.received,
    caughtUp: acks.caughtUp,
    disconnect,
  };
}
