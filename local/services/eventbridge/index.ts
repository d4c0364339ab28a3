export { startEventBuses, type EventBuses } from "./event-buses";
export { provisioners } from "./provisioners";
