import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { createConnections, type Connection } from "../delivery/connection";
import { startSubscription, type Subscription } from "./subscription";
import type { SubscriptionInputs } from "./subscription-inputs";

/** The subscriptions to the account's topics. */
export interface Subscriptions extends Connection {
  add(inputs: SubscriptionInputs): Promise<Subscription>;
}

export function createSubscriptions(args: {
  clients: Clients;
  trace: Trace;
  inbox: { url: string };
}): Subscriptions {
  const { add, idle, stop } = createConnections();
  return { add: (inputs) => add(startSubscription({ ...args, inputs })), idle, stop };
}
