export { Integrations } from "./integrations";
export { Alarms } from "./parts/alarms";
export { DeadLetterQueue } from "./parts/dead-letter-queue";
export { DevicePolicy } from "./parts/device-policy";
export { HealthDashboard } from "./parts/health/health-dashboard";
export { IotLogging } from "./parts/iot-logging";
export { TelemetryStream } from "./parts/telemetry-stream";
