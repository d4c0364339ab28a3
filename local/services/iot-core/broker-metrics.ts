import type { Refusal } from "./authorizer";
import type { MetricBatches } from "./metric-batches";

/** The failure reasons, which are suffixes of metric names. */
type Fault = "AuthError" | "ClientError" | "ServerError";

/** The metrics of the message broker. AWS has more, for account limits that are not implemented here. */
export type BrokerMetric =
  | "Connection.AuthNError"
  | `Connect.${"Success" | Fault}`
  | `PublishIn.${"Success" | "Throttle" | Fault}`
  | `PublishOut.${"Success" | "AuthError"}`
  | `Subscribe.${"Success" | Fault}`
  | "Unsubscribe.ClientError";

export type CountBrokerMetric = (metric: BrokerMetric) => void;

/**
 * Counts by protocol; MQTT over WebSocket counts as MQTT.
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

/** A failure closes its connection, so each client has at most one, regardless of the number of refused filters in a request. */
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

/** The failure reason of a request that the broker refused. */
export function faultOf({ disconnectReason }: Partial<Refusal>): Fault {
  if (disconnectReason === "AUTH_ERROR") return "AuthError";
  return disconnectReason === "CLIENT_ERROR" ? "ClientError" : "ServerError";
}

/** The result of a message, by the HTTP status of the response. */
export function publishedWith(status: number): BrokerMetric {
  if (status < 300) return "PublishIn.Success";
  if (status === 401 || status === 403) return "PublishIn.AuthError";
  return status < 500 ? "PublishIn.ClientError" : "PublishIn.ServerError";
}
