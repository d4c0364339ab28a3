import type { ConnectPacket } from "aedes";

const versions: readonly (number | undefined)[] = [4, 5];

/** The keep-alive intervals that a client may ask for, in seconds. */
export interface KeepAlive {
  least: number;
  most: number;
}

/** AWS's; a client that asks for none gets the longest. */
export const defaultKeepAlive: KeepAlive = { least: 30, most: 1_200 };

/** The reason why a protocol version is not supported, in one sentence; undefined for MQTT 3.1.1 and MQTT 5. */
export function versionFault(packet: ConnectPacket): string | undefined {
  // The packet library reads the levels of bridges, 131 and 132, and the old name with any level; its types declare neither.
  const { protocolVersion, protocolId, bridgeMode } = packet as ConnectPacket & Written;
  if (bridgeMode)
    return `The client connects as a bridge, by protocol level ${128 + (protocolVersion ?? 0)}, which AWS IoT Core does not support; connect with protocol version 4 or 5.`;
  return protocolId !== "MQIsdp" && versions.includes(protocolVersion)
    ? undefined
    : "The client speaks MQTT 3.1, and AWS IoT Core MQTT 3.1.1 and MQTT 5; connect with protocol version 4 or 5.";
}

interface Written {
  protocolId?: string;
  bridgeMode?: boolean;
}

/** Whether the session outlives its connection, or is one that did: not the same as a flag in MQTT 5. */
export const isPersistent = ({ clean, properties }: ConnectPacket): boolean =>
  clean !== true || (properties?.sessionExpiryInterval ?? 0) > 0;

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html */
export function grantKeepAlive(packet: ConnectPacket, { least, most }: KeepAlive): void {
  packet.keepalive = Math.min(Math.max(packet.keepalive || most, least), most);
}
