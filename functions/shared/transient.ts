import { told } from "./log";

/** What an error of AWS's SDK says of itself. */
interface ServiceError extends Error {
  $fault?: "client" | "server";
  $retryable?: object;
  $metadata?: { httpStatusCode?: number };
}

/** The name by which a workflow's Retry knows an error that a later attempt may not meet. */
export const transientError = "TransientError";

/**
 * Runs a call to AWS; rethrows what may heal, throttling, a fault of the service or a lost connection, under one name, since the
 * SDK's many names for it cannot all stand in a workflow's definition. Everything else keeps its name.
 */
export async function namingTransient<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!mayHeal(error as ServiceError)) throw error;
    throw Object.assign(new Error(told(error), { cause: error }), { name: transientError });
  }
}

const mayHeal = ({ $fault, $retryable, $metadata, name }: ServiceError): boolean =>
  $retryable !== undefined ||
  $fault === "server" ||
  // The SDK marks every error of a call; without a status, the service was not reached or did not answer in time.
  ($metadata !== undefined && $metadata.httpStatusCode === undefined) ||
  /Throttl|TooManyRequests|LimitExceeded|RequestTimeout/.test(name);
