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
export const versionFault = ({ protocolVersion }: ConnectPacket): string | undefined =>
  versions.includes(protocolVersion)
    ? undefined
    : "The client speaks MQTT 3.1, and AWS IoT Core MQTT 3.1.1 and MQTT 5; connect with protocol version 4 or 5.";

/** Whether the session outlives its connection, or is one that did: not the same as a flag in MQTT 5. */
export const isPersistent = ({ clean, properties }: ConnectPacket): boolean =>
  clean !== true || (properties?.sessionExpiryInterval ?? 0) > 0;

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/mqtt.html */
export function grantKeepAlive(packet: ConnectPacket, { least, most }: KeepAlive): void {
  packet.keepalive = Math.min(Math.max(packet.keepalive || most, least), most);
}
