import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

/** The module's own object, whose members Pulumi reads at each call. Its type declarations leave them out. */
const runtime = debuggable as {
  debuggablePromise: <T>(promise: Promise<T>, context: unknown) => Promise<T>;
};
const { debuggablePromise } = runtime;

/**
 * Importing this module stops Pulumi from taking a stack trace with each of its thousands of promises, which is half of what an evaluation
 * computes. Only the report of promises that never settle would show them; errors keep their own.
 */
runtime.debuggablePromise = (promise, context) => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return debuggablePromise(promise, context);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};
