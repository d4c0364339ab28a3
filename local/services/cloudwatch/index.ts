export { createAlarms, type Alarms } from "./alarms";
export { countNow, createMetrics, type Metrics } from "./metrics";
export { provisioners, type CloudWatchServices } from "./provisioners";
