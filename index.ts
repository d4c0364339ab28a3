import {
  Alarms,
  ApiToDevices,
  DevicePolicy,
  IotLogging,
  IotToDynamodb,
  IotToEventbridge,
  IotToSns,
  IotToSqs,
  IotToStepFunctions,
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

// 4 Every valid reading an event on a bus of its own; one open incident per device.
const eventbridge = wants("iot-to-eventbridge")
  ? new IotToEventbridge("iot-to-eventbridge", {
      ...shared,
      archiveDays: config.archiveDays,
      deletionProtection,
    })
  : undefined;

// 11 What the tables know of devices, for applications.
const api =
  dynamodb && config.cursorKey && wants("api-to-devices")
    ? new ApiToDevices("api-to-devices", {
        tables: dynamodb.tables,
        cursorKey: config.cursorKey,
        authorization: config.apiTokens ? { type: "JWT", ...config.apiTokens } : { type: "IAM" },
        corsOrigins: config.apiCorsOrigins,
        requestsPerSecond: config.apiRequestsPerSecond,
        alarms,
        logRetentionDays,
      })
    : undefined;

// 13 A workflow for every reading that is not well.
const stepFunctions = wants("iot-to-step-functions")
  ? new IotToStepFunctions("iot-to-step-functions", {
      ...shared,
      emails: config.anomalyEmails,
      limits: config.limits,
      workflowType: config.workflowType,
      keepDays: config.historyDays,
      deletionProtection,
    })
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
  "iot-to-eventbridge": eventbridge?.failuresUrl,
  "iot-to-step-functions": stepFunctions?.failuresUrl,
};

/** Where invalid messages are kept, with a reason and their original bytes. */
export const quarantine = {
  "iot-to-dynamodb": dynamodb?.quarantineUrl,
  "iot-to-sns": sns?.quarantineUrl,
  "iot-to-sqs": sqs?.quarantineUrl,
  "iot-to-eventbridge": eventbridge?.quarantineUrl,
  "iot-to-step-functions": stepFunctions?.quarantineUrl,
};

export const tables = {
  history: dynamodb?.historyTable,
  state: dynamodb?.stateTable,
  incidents: eventbridge?.incidentsTable,
  processed: stepFunctions?.processedTable,
};
export const topics = {
  alarms: alarms.topicArn,
  critical: sns?.criticalTopicArn,
  alerts: sns?.alertsTopicArn,
  anomalies: stepFunctions?.alertsTopicArn,
};
export const queues = {
  work: sqs?.queueUrl,
  events: eventbridge?.queueUrl,
  workflows: stepFunctions?.queueUrl,
};
export const eventBus = { name: eventbridge?.busName, archive: eventbridge?.archiveName };
export const apis = { devices: api?.url };
export const stateMachines = { readings: stepFunctions?.stateMachineArn };
