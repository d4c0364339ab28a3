import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { createConnections, type Connection } from "../delivery/connection";
import { startPipe, type Pipe } from "./pipe";
import type { PipeInputs } from "./pipe-inputs";

/** The account's pipes. */
export interface Pipes extends Connection {
  add(inputs: PipeInputs): Promise<Pipe>;
}

export function createPipes(args: { clients: Clients; trace: Trace }): Pipes {
  const { add, idle, stop } = createConnections();
  return { add: (inputs) => add(startPipe({ ...args, inputs })), idle, stop };
}
