import type { Client, SubscribePacket, Subscription, UnsubscribePacket } from "aedes";
import type { EventEmitter } from "node:events";
import { keptFilter } from "./shared-filter";

/** The part of the broker library's client that reads packets; its types do not declare it. */
interface Reader {
  _parser: EventEmitter;
}

type Packet = SubscribePacket | UnsubscribePacket | { cmd: "connect" };

export interface RequestPacketsArgs {
  /** Filters that one SUBSCRIBE or UNSUBSCRIBE may have. */
  mostFilters: number;
  /** Called when the broker library handles an UNSUBSCRIBE with more filters, which has no effect and closes the connection. */
  tooManyUnsubscribed: (client: Client, filters: number) => void;
}

/** Adapts SUBSCRIBE and UNSUBSCRIBE packets before the broker library handles them. */
export interface RequestPackets {
  watch(client: Client): void;
  /** How many filters a subscription's request has, if they are too many; the library then handles this subscription alone. */
  excess(subscription: Subscription): number | undefined;
}

/**
 * The library limits no number of filters, and drops the repeated filters of a SUBSCRIBE, so that its SUBACK has fewer codes than
 * the request has filters and clients close with a protocol error.
 * @see https://docs.oasis-open.org/mqtt/mqtt/v3.1.1/os/mqtt-v3.1.1-os.html#_Toc398718070
 * @see https://docs.aws.amazon.com/general/latest/gr/iot-core.html#message-broker-limits
 */
export function createRequestPackets(args: RequestPacketsArgs): RequestPackets {
  const { mostFilters, tooManyUnsubscribed } = args;
  const excessive = new WeakMap<Subscription, number>();

  function adaptSubscribe(packet: SubscribePacket): void {
    const { subscriptions } = packet;
    for (const subscription of subscriptions) subscription.topic = keptFilter(subscription.topic);
    const [first] = subscriptions;
    if (first && subscriptions.length > mostFilters) {
      excessive.set(first, subscriptions.length);
      packet.subscriptions = [first];
      return;
    }
    // The library assigns the list without repeated filters, which is ignored here.
    Object.defineProperty(packet, "subscriptions", {
      get: () => subscriptions,
      set: () => undefined,
    });
  }

  function adaptUnsubscribe(client: Client, packet: UnsubscribePacket): void {
    packet.unsubscriptions = packet.unsubscriptions.map(keptFilter);
    const { length } = packet.unsubscriptions;
    if (length <= mostFilters) return;
    Object.defineProperty(packet, "unsubscriptions", {
      // Read when the library handles the packet, after those before it; it refuses an empty filter and closes the connection.
      get() {
        tooManyUnsubscribed(client, length);
        return [""];
      },
    });
  }

  return {
    watch(client) {
      (client as unknown as Reader)._parser.prependListener("packet", (packet: Packet) => {
        if (packet.cmd === "subscribe") adaptSubscribe(packet);
        if (packet.cmd === "unsubscribe") adaptUnsubscribe(client, packet);
      });
    },
    excess: (subscription) => excessive.get(subscription),
  };
}
