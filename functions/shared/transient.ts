import { describeError } from "./log";

/** An error of AWS's SDK. */
interface ServiceError extends Error {
  $fault?: "client" | "server";
  $retryable?: object;
  $metadata?: { httpStatusCode?: number };
}

/** The name by which a workflow's Retry recognises an error that a later attempt may not meet. */
export const transientError = "TransientError";

/**
 * Runs a call to AWS. Rethrows transient errors (throttling, faults of the service, lost connections) under one name, since a
 * workflow's definition cannot list all of the SDK's names for them. Other errors keep their names.
 */
export async function namingTransient<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    if (!isTransient(error as ServiceError)) throw error;
    throw Object.assign(new Error(describeError(error), { cause: error }), {
      name: transientError,
    });
  }
}

const isTransient = ({ $fault, $retryable, $metadata, name }: ServiceError): boolean =>
  $retryable !== undefined ||
  $fault === "server" ||
  // The SDK marks every error of a call; without a status, the service was not reached or did not answer in time.
  ($metadata !== undefined && $metadata.httpStatusCode === undefined) ||
  /Throttl|TooManyRequests|LimitExceeded|RequestTimeout/.test(name);
