export { readConfig } from "./config";
export { Alarms } from "./parts/alarms";
export { DevicePolicy } from "./parts/device-policy";
export { IotLogging } from "./parts/iot-logging";
export { TelemetryStream } from "./parts/telemetry-stream";
export { IotToDynamodb } from "./iot-to-dynamodb";
export { IotToSns } from "./iot-to-sns";
export { IotToSqs } from "./iot-to-sqs";
