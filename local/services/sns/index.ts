export { provisioners, type SnsServices } from "./provisioners";
export { createSubscriptions, type Subscriptions } from "./subscriptions";
