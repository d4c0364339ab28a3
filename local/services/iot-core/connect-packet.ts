import type { ConnectPacket } from "aedes";

/** The keep-alive intervals that a client may ask for, in seconds. */
export interface KeepAlive {
  least: number;
  most: number;
}

/** AWS's; a client that asks for none gets the longest. */
export const defaultKeepAlive: KeepAlive = { least: 30, most: 1_200 };

const versionOfMqtt311 = 4;

/**
 * The reason why a protocol version is not supported, in one sentence; undefined for MQTT 3.1.1. AWS also supports MQTT 5; the
 * broker library does not.
 */
export function versionFault({ protocolVersion }: ConnectPacket): string | undefined {
  if (protocolVersion === versionOfMqtt311) return undefined;
  const spoken = protocolVersion === 5 ? "MQTT 5" : "MQTT 3.1";
  return `The client speaks ${spoken}, and the local IoT Core MQTT 3.1.1 only; connect with protocol version 4.`;
}

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html */
export function grantKeepAlive(packet: ConnectPacket, { least, most }: KeepAlive): void {
  packet.keepalive = Math.min(Math.max(packet.keepalive || most, least), most);
}
