import { SQSClient } from "@aws-sdk/client-sqs";
import * as pulumi from "@pulumi/pulumi";
import * as fflate from "fflate";

// What may not stand in a callback, and lint refuses in functions/.
const client = new SQSClient({});
const seen = new Set<string>();
const state = { seen };
const bound = Math.max.bind(null, 1).bind(null, 2);
const secret = pulumi.secret("planted for tests");
const output = pulumi.output("known");

const sizeOf = () => seen.size;

/** Factories of callbacks, by what is wrong with them. */
export const factories: Record<string, () => () => Promise<unknown>> = {
  client: () => async () => client.config.region,
  collection: () => async () => sizeOf(),
  member: () => async () => state.seen.size,
  native: () => async () => bound(),
  label: () => async () => {
    outer: for (;;) break outer;
  },
  late: () => {
    const first = () => late;
    const late = 1;
    return async () => first();
  },
  this: () => async () => (globalThis === this ? 1 : 2),
  program: () => async () => pulumi.getStack(),
  package: () => async () => fflate.zipSync,
  secret: () => async () => (secret as unknown as { get(): string }).get(),
  output: () => async () => (output as unknown as { get(): string }).get(),
};
