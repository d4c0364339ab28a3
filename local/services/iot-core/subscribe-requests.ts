import type { Aedes, AuthorizeSubscribeHandler, Client, Subscription } from "aedes";
import type { Authorizer } from "./authorizer";
import { faultOf, type BrokerCounts } from "./broker-metrics";
import type { Connections } from "./connections";
import type { PacketLayer } from "./mqtt5/packet-layer";
import { isMqtt5, type PacketError } from "./mqtt5/packet-state";
import type { RequestPackets } from "./request-packets";
import { sentFilter } from "./shared-filter";

export interface SubscribeRequestsArgs extends BrokerCounts {
  authorizer: Authorizer;
  connections: Connections;
  layer: PacketLayer;
  requests: Pick<RequestPackets, "excess">;
}

/** The handler of SUBSCRIBE for the broker library. */
export interface SubscribeRequests {
  authorizeSubscribe: AuthorizeSubscribeHandler;
  /** Keeps what was refused out of the library's sessions, and counts requests. */
  watch(aedes: Aedes): void;
}

/** The part of the broker library that keeps subscriptions; its types do not declare it. */
interface Library {
  persistence: {
    addSubscriptions(client: object, subscriptions: Subscription[]): Promise<void>;
  };
}

export function createSubscribeRequests(args: SubscribeRequestsArgs): SubscribeRequests {
  const { authorizer, connections, layer, requests, count, countFailure } = args;
  const granted = new WeakSet<Subscription>();

  async function subscribe(client: Client, subscription: Subscription): Promise<void> {
    const session = connections.session(client);
    if (!session) throw new Error("Only a connected client can subscribe.");
    const excess = requests.excess(subscription);
    if (excess !== undefined) throw authorizer.refuseFilters(session, "SUBSCRIBE", excess);
    await authorizer.subscribe(session, sentFilter(subscription.topic), subscription.qos);
    granted.add(subscription);
  }

  function answer(
    client: Client,
    subscription: Subscription,
    error: PacketError,
    done: (error: Error | null, subscription: Subscription | null) => void,
  ): void {
    if (error.closes || !(isMqtt5(client) || error.stays)) {
      countFailure(client, "Subscribe", error);
      return done(error, null);
    }
    layer.refuseSubscription(subscription, error);
    done(null, null);
  }

  return {
    authorizeSubscribe(client, subscription, done) {
      subscribe(client, subscription).then(
        () => done(null, subscription),
        (error: PacketError) => answer(client, subscription, error, done),
      );
    },
    watch(aedes) {
      const { persistence } = aedes as unknown as Library;
      const addSubscriptions = persistence.addSubscriptions.bind(persistence);
      // The library adds all filters of a request when it adds one of them, the refused ones included.
      persistence.addSubscriptions = (client, subscriptions) =>
        addSubscriptions(
          client,
          subscriptions.filter((one) => granted.has(one)),
        );
      // Once for all filters of a request, and not for the restored filters of a session.
      aedes.on("subscribe", (subscriptions) => {
        const refusal = subscriptions.map(layer.refusalOf).find((one) => one !== undefined);
        count(refusal ? `Subscribe.${faultOf(refusal)}` : "Subscribe.Success");
      });
      aedes.on("unsubscribe", (filters, client) => {
        for (const filter of filters)
          connections.session(client)?.filters.delete(sentFilter(filter));
      });
    },
  };
}
