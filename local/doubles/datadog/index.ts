export { startDatadog, type Datadog, type Gauge, type Mood } from "./datadog";
