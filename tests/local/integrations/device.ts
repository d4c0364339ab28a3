import type { Platform } from "../../../local/platform";
import { connect, identity } from "../services/iot-core/devices";
import type { Channel } from "../../../reading/channel";
import type { StackOutputs } from "../../../operations/stack-outputs";

/** A simulated device with a certificate of its own, under the program's own policy. */
export interface Device {
  name: string;
  /** Its telemetry topic. */
  topic: string;
  topicOf: (channel: Channel) => string;
  /** Publishes on it, or on that of another channel, acknowledged by the broker; an object goes as JSON. Answers the bytes. */
  publish: (payload: Buffer | object, channel?: Channel) => Promise<Buffer>;
  /** The messages that it has received on its own topic so far. */
  acks: { timestamp: number; receivedAt: number; status: string }[];
  end: () => Promise<void>;
}

export async function createDevice(
  { iotCore }: Platform,
  { devicePolicyName, topicPrefix }: StackOutputs,
  name: string,
): Promise<Device> {
  const credentials = await iotCore.addThing(name, [devicePolicyName]);
  const client = await connect(iotCore.mqttUrl, name, identity(credentials));
  const topicOf = (channel: Channel): string => `${topicPrefix}/${name}/${channel}`;
  const acks: Device["acks"] = [];
  client.on("message", (_topic, payload) =>
    acks.push(JSON.parse(payload.toString()) as Device["acks"][number]),
  );
  await client.subscribeAsync(`${topicPrefix}/${name}/acks`, { qos: 1 });
  return {
    name,
    topic: topicOf("telemetry"),
    topicOf,
    acks,
    async publish(payload, channel = "telemetry") {
      const bytes = Buffer.isBuffer(payload) ? payload : Buffer.from(JSON.stringify(payload));
      await client.publishAsync(topicOf(channel), bytes, { qos: 1 });
      return bytes;
    },
    end: () => client.endAsync(true),
  };
}
