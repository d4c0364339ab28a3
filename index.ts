import { all } from "@pulumi/pulumi";
import {
  Alarms,
  DeadLetterQueue,
  DevicePolicy,
  HealthDashboard,
  Integrations,
  IotLogging,
  TelemetryStream,
} from "./components";
import { readConfig } from "./config";

const config = readConfig();
const { topicPrefix, deletionProtection, logRetentionDays } = config;

// What every stack has: a dashboard of all that is created below, the recipients of alarms, the permissions of devices, and the log of
// AWS IoT itself.
const health = new HealthDashboard("health");
const { quarantineThreshold } = config;
const alarms = new Alarms("alarms", { emails: config.alarmEmails, quarantineThreshold });
const devicePolicy = new DevicePolicy("device", { topicPrefix });
if (config.iotLogging) new IotLogging("account-iot-logging");

/** The stream that several integrations read; a stack without them has none. */
let stream: TelemetryStream | undefined;
const telemetry = () => (stream ??= new TelemetryStream("telemetry", { topicPrefix, alarms }));

/** Invalid messages of all integrations; a stack without callbacks that validate has none. */
let quarantined: DeadLetterQueue | undefined;
const quarantine = () =>
  (quarantined ??= new DeadLetterQueue("quarantine", { alarms, purpose: "quarantine" }));

const integrations = new Integrations(
  { topicPrefix, alarms, logRetentionDays, deletionProtection, telemetry, quarantine },
  config.settings,
);

// Stores every valid reading in a history table and the newest reading of each device in a state table.
integrations.create("iot-to-dynamodb");

// Sends alerts about critical readings by email, text message and webhook.
integrations.create("iot-to-sns");

// Queues every message for a worker, which acknowledges it to its device.
integrations.create("iot-to-sqs");

// Publishes every valid reading as an event on a custom event bus and keeps one open incident per device.
integrations.create("iot-to-eventbridge");

// Averages a field of readings per device and minute, stores each result and publishes it to other subscribers.
integrations.create("iot-to-analytics");

// Keeps every valid reading in a data lake that Athena queries and a Quick Sight dashboard shows.
integrations.create("iot-to-quicksight");

// Scores every valid reading by a model of SageMaker and sends alerts about anomalies.
integrations.create("iot-to-sagemaker");

// Writes every valid reading to a time series database of Timestream.
integrations.create("iot-to-timestream");

// Loads every valid reading into a Redshift warehouse, in batches and exactly once per object.
integrations.create("iot-to-redshift");

// Takes readings over HTTPS through CloudFront and publishes them to the topics of their devices.
integrations.create("edge-to-iot");

// Serves devices, their newest readings and their histories over an HTTP API.
integrations.create("api-to-devices");

// Keeps rolling statistics of every device by containers on Fargate.
integrations.create("stream-to-fargate");

// Runs a workflow when the status of a device becomes warning or critical.
integrations.create("iot-to-step-functions");

// Detects the sentiment of log messages and raises an alarm when too many of them are negative.
integrations.create("iot-to-comprehend");

// Detects what the images of cameras show and alerts about chosen labels.
integrations.create("camera-to-rekognition");

// Shows the fleet, each device and the health of the integrations in Amazon Managed Grafana.
integrations.create("grafana");

// Sends every valid reading to Splunk as an event, with acknowledgement.
integrations.create("iot-to-splunk");

// Submits every valid reading to Datadog as gauges.
integrations.create("iot-to-datadog");

// Alarms that integrations share.
alarms.complete();
health.complete();

export = {
  /** Attach this policy to each device's certificate. */
  devicePolicyName: devicePolicy.name,
  topicPrefix,
  alarms: { topicArn: alarms.topicArn },
  health: { dashboardName: health.dashboardName },
  /** Logical names of subscriptions that receive nothing, since their recipients have not confirmed them; as of the last refresh. */
  unconfirmedSubscriptions: all([alarms.unconfirmed, ...integrations.unconfirmed()]).apply(
    (names) => names.flat(),
  ),
  ...(stream && {
    telemetry: {
      streamName: stream.name,
      ruleName: stream.ruleName,
      failuresUrl: stream.failures.queue.url,
    },
  }),
  /** Of each integration, by its stem; queues by URL, topics and state machines by ARN, everything else by name. */
  ...integrations.outputs(),
};
