export { startEventBuses, type EventBuses } from "./event-buses";
export { provisioners, type EventBridgeServices } from "./provisioners";
