import { createClients, type Clients } from "../../../../local/aws/clients";
import { createTrace, type Trace, type TraceEvent } from "../../../../local/trace";
import { sharedAccount } from "../../../support/account";
import { createBuckets, type Buckets } from "./buckets";
import { createFunctions, type Functions } from "./functions";
import { createQueues, type Queues } from "./queues";
import { createRoles, type Roles } from "./roles";
import { createStreams, type Streams } from "./streams";
import { createTopics, type Topics } from "./topics";

export type { Bucket } from "./buckets";
export type { LambdaFunction } from "./functions";
export { next } from "./names";
export { drainQueue } from "./queues";
export type { Statement } from "./roles";
export { stoppedAfterEach } from "./stopped";
export { readStream, readTableStream } from "./streams";

/** The resources of a spec, with unique names, and a trace. */
export interface World extends Streams, Queues, Buckets, Topics, Roles, Omit<Functions, "forget"> {
  clients: Clients;
  trace: Trace;
  /** Everything that was traced since the world was made. */
  traced: TraceEvent[];
  end(): Promise<void>;
}

export async function createWorld(): Promise<World> {
  const clients = createClients(await sharedAccount());
  const trace = createTrace();
  const traced: TraceEvent[] = [];
  trace.on((event) => traced.push(event));
  const roles = createRoles(clients);
  const { forget, ...functions } = createFunctions(clients, roles);

  return {
    clients,
    trace,
    traced,
    ...createStreams(clients),
    ...createQueues(clients),
    ...createBuckets(clients),
    ...createTopics(clients),
    ...roles,
    ...functions,
    async end() {
      clients.destroy();
      forget();
    },
  };
}
