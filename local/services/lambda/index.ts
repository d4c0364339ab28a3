export { invokeAsynchronously } from "./asynchronous";
export { createEventSourceMappings, type EventSourceMappings } from "./event-source-mappings";
export { provisioners, type LambdaServices } from "./provisioners";
