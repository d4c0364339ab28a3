import { NodeHttpHandler } from "@smithy/node-http-handler";

/**
 * The HTTP handler of a client of AWS. A connection that is lost without a word must not stop a shard: a request without an answer
 * rejects with a TimeoutError, which the client retries. `requestTimeout` alone only logs a warning.
 * @see https://docs.aws.amazon.com/AWSJavaScriptSDK/v3/latest/Package/-smithy-types/Interface/NodeHttpHandlerOptions/
 */
export const requestHandler = (requestTimeout = 20_000): NodeHttpHandler =>
  new NodeHttpHandler({ connectionTimeout: 5000, requestTimeout, throwOnRequestTimeout: true });
