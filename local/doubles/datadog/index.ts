export { startDatadog, type Datadog, type Gauge, type Mood } from "./datadog";
export type { Log } from "./log-delivery";
