import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { createConnections, type Connection } from "../delivery/connection";
import { startQueueMapping } from "./queue-mapping";
import type { QueueMappingInputs } from "./queue-mapping-inputs";
import { startStreamMapping } from "./stream-mapping";
import type { StreamMappingInputs } from "./stream-mapping-inputs";

/** The event source mappings that the local run itself reads; each has the UUID `id`. */
export interface EventSourceMappings extends Connection {
  addQueue(inputs: QueueMappingInputs): Promise<{ id: string }>;
  addStream(inputs: StreamMappingInputs): Promise<{ id: string }>;
}

export function createEventSourceMappings(args: {
  clients: Clients;
  trace: Trace;
}): EventSourceMappings {
  const { add, idle, stop } = createConnections();
  return {
    addQueue: (inputs) => add(startQueueMapping({ ...args, inputs })),
    addStream: (inputs) => add(startStreamMapping({ ...args, inputs })),
    idle,
    stop,
  };
}
