export { provisioners } from "./provisioners";
export { createSubscriptions, type Subscriptions } from "./subscriptions";
