export { invokeAsynchronously } from "./asynchronous";
export { createEventSourceMappings, type EventSourceMappings } from "./event-source-mappings";
export { provisioners } from "./provisioners";
export { lambdaRuntime } from "./runtime";
