export { provisioners } from "./provisioners";
export { peek, type PeekedMessage } from "./peek";
export { depthOf } from "./queue-depth";
export { createDrainedQueues, type DrainedQueues } from "./drained-queues";
export { queueRecord, recordView } from "./queue-event";
export { startQueuePoller, type QueuePoller } from "./queue-poller";
