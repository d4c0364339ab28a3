import type { Outgoing } from "./packet-writer";
import { codeOf, explained, type PacketState } from "./packet-state";
import { isFailure } from "./reason-codes";

/** Messages with QoS 1 that one side may send before the other acknowledges them. */
export const mostUnacknowledged = 100;

export const mostTopicAliases = 8;

/**
 * AWS's quota "Maximum MQTT5 packet size", 146 KiB of variable header and payload: a payload of 128 KiB fits with its topic and
 * properties. AWS IoT Core sends this number.
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
 * @see https://github.com/aws/aws-iot-device-sdk-js-v2/issues/535
 */
export const largestPacketBytes = 149_504;

/** The CONNACK of MQTT 5 with AWS's limits, or with the reason for a refusal. */
export function connack(state: PacketState, packet: Outgoing & { cmd: "connack" }): Outgoing {
  const { refusal, connect } = state;
  if (isFailure(packet.reasonCode ?? 0))
    return refusal
      ? { ...packet, reasonCode: codeOf(refusal), properties: explained(state, refusal) }
      : packet;
  return {
    ...packet,
    properties: {
      ...packet.properties,
      serverKeepAlive: Math.ceil(connect?.keepalive ?? 0),
      receiveMaximum: mostUnacknowledged,
      maximumQoS: 1,
      retainAvailable: true,
      maximumPacketSize: largestPacketBytes,
      topicAliasMaximum: mostTopicAliases,
      wildcardSubscriptionAvailable: true,
      subscriptionIdentifiersAvailable: false,
      sharedSubscriptionAvailable: true,
    },
  };
}
