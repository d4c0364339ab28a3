import type { Refusal } from "./gate";
import type { MetricBatches } from "./metric-batches";

/** Why a request failed, as the names of metrics end. */
type Fault = "AuthError" | "ClientError" | "ServerError";

/** What the message broker counts here; AWS has more, for limits of an account that do not exist here. */
export type BrokerMetric =
  | "Connection.AuthNError"
  | `Connect.${"Success" | Fault}`
  | `PublishIn.${"Success" | "Throttle" | Fault}`
  | `PublishOut.${"Success" | "AuthError"}`
  | `Subscribe.${"Success" | Fault}`
  | "Unsubscribe.ClientError";

export type CountBrokerMetric = (metric: BrokerMetric) => void;

/**
 * Counts by protocol, which is MQTT over WebSocket too.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/metrics_dimensions.html
 */
export const countBy =
  (metrics: Pick<MetricBatches, "count">, Protocol: "MQTT" | "HTTP"): CountBrokerMetric =>
  (metric) =>
    metrics.count(metric, { Protocol });

export interface BrokerCounts {
  count: CountBrokerMetric;
  countFailure(client: object, operation: "PublishIn" | "Subscribe", error: object): void;
}

/** A failure ends its connection, so that each client has one, however many filters of a request are refused. */
export function createCounts(count: CountBrokerMetric): BrokerCounts {
  const failing = new WeakSet<object>();
  return {
    count,
    countFailure(client, operation, error) {
      if (failing.has(client)) return;
      failing.add(client);
      count(`${operation}.${faultOf(error)}`);
    },
  };
}

/** The fault of a request that the broker did not take. */
export function faultOf({ disconnectReason }: Partial<Refusal>): Fault {
  if (disconnectReason === "AUTH_ERROR") return "AuthError";
  return disconnectReason === "CLIENT_ERROR" ? "ClientError" : "ServerError";
}

/** What became of a message, by the status that its sender was answered. */
export function publishedWith(status: number): BrokerMetric {
  if (status < 300) return "PublishIn.Success";
  if (status === 401 || status === 403) return "PublishIn.AuthError";
  return status < 500 ? "PublishIn.ClientError" : "PublishIn.ServerError";
}
