import { Resource } from "@pulumi/pulumi";
import * as debuggable from "@pulumi/pulumi/runtime/debuggable";

// Importing this module stops Pulumi from taking stack traces with each of its resources and thousands of promises, which is two thirds of
// what an evaluation computes. The engine alone would show them, and the report of promises that never settle; errors keep their own.

/** The position of a resource in the program. */
(Resource as unknown as { callsites: () => [] }).callsites = () => [];

/** The module's own object, whose members Pulumi reads at each call. Its type declarations leave them out. */
const runtime = debuggable as {
  debuggablePromise: <T>(promise: Promise<T>, context: unknown) => Promise<T>;
};
const { debuggablePromise } = runtime;

runtime.debuggablePromise = (promise, context) => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return debuggablePromise(promise, context);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};
