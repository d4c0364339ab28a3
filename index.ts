import {
  Alarms,
  DevicePolicy,
  IotLogging,
  IotToDynamodb,
  IotToSns,
  IotToSqs,
  readConfig,
  TelemetryStream,
} from "./components";

const config = readConfig();
const { topicPrefix, deletionProtection, logRetentionDays } = config;
const wants = (stem: (typeof config.integrations)[number]) => config.integrations.includes(stem);

// What every stack has: who is told, what a device may do, and the log of AWS IoT itself.
const alarms = new Alarms("alarms", { emails: config.alarmEmails });
const devicePolicy = new DevicePolicy("device", { topicPrefix });
if (config.iotLogging) new IotLogging("iot-logging");

const shared = { topicPrefix, alarms, logRetentionDays };

/** The stream that several integrations read; a stack without them has none. */
let stream: TelemetryStream | undefined;
const telemetry = () => (stream ??= new TelemetryStream("telemetry", { topicPrefix, alarms }));

// 1 Every valid reading in a history table, each device's newest in a state table.
const dynamodb = wants("iot-to-dynamodb")
  ? new IotToDynamodb("iot-to-dynamodb", {
      ...shared,
      telemetry: telemetry(),
      historyDays: config.historyDays,
      deletionProtection,
    })
  : undefined;

// 2 Critical readings to people, by mail, text message and webhook.
const sns = wants("iot-to-sns")
  ? new IotToSns("iot-to-sns", {
      ...shared,
      emails: config.alertEmails,
      phoneNumbers: config.alertPhoneNumbers,
      endpoints: config.alertEndpoints,
    })
  : undefined;

// 3 Every message in a queue, worked off and acknowledged to its device.
const sqs = wants("iot-to-sqs")
  ? new IotToSqs("iot-to-sqs", { ...shared, maxReceiveCount: config.maxReceiveCount })
  : undefined;

/** Attach this policy to each device's certificate. */
export const devicePolicyName = devicePolicy.name;
export { topicPrefix };

/** Where valid messages are set aside that could not be delivered. */
export const failures = {
  telemetry: stream?.failures.queue.url,
  "iot-to-dynamodb": dynamodb?.failuresUrl,
  "iot-to-sns": sns?.failuresUrl,
  "iot-to-sqs": sqs?.failuresUrl,
};

/** Where invalid messages are kept, with a reason and their original bytes. */
export const quarantine = {
  "iot-to-dynamodb": dynamodb?.quarantineUrl,
  "iot-to-sns": sns?.quarantineUrl,
  "iot-to-sqs": sqs?.quarantineUrl,
};

export const tables = { history: dynamodb?.historyTable, state: dynamodb?.stateTable };
export const topics = {
  alarms: alarms.topicArn,
  critical: sns?.criticalTopicArn,
  alerts: sns?.alertsTopicArn,
};
export const queues = { work: sqs?.queueUrl };
