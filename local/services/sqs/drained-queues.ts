import type { Clients } from "../../aws/clients";
import { queueUrl } from "../delivery/arns";
import { depthOf } from "./queue-depth";

/** The queues that a function or a pipe reads; every other queue keeps its messages. */
export interface DrainedQueues {
  add(queueArn: string): void;
  /** Counts the messages that wait or are being processed. */
  depth(): Promise<number>;
  /** Counts those of the fullest queue. */
  fullest(): Promise<number>;
}

export function createDrainedQueues(clients: Clients): DrainedQueues {
  const urls = new Set<string>();
  const depths = (): Promise<number[]> =>
    Promise.all([...urls].map((url) => depthOf(clients, url)));
  return {
    add: (queueArn) => void urls.add(queueUrl(clients.account, queueArn)),
    depth: async () => (await depths()).reduce((sum, depth) => sum + depth, 0),
    fullest: async () => Math.max(0, ...(await depths())),
  };
}
