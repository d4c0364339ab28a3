export { startDeliveryStreams, type DeliveryStreams } from "./delivery-streams";
export { mostRetrySeconds } from "./most-retry-seconds";
export { provisioners } from "./provisioners";
export { openFirehoseTap, type FirehoseTap } from "./tap";
