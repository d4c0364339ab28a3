import * as aws from "@pulumi/aws";
import { Alarms, DeadLetterQueue, DevicePolicy } from "../../components";
import { IotToSqs } from "../../components/iot-to-sqs";

// One integration of this project in a program that has resources of its own.

const topicPrefix = "warehouse";

const orders = new aws.sqs.Queue("orders");
const ordersTopic = new aws.sns.Topic("orders");

const alarms = new Alarms("alarms", { emails: [] });
const quarantine = new DeadLetterQueue("quarantine", { alarms, purpose: "quarantine" });
const telemetry = new IotToSqs("iot-to-sqs", { topicPrefix, alarms, quarantine });
const devices = new DevicePolicy("device", { topicPrefix });
// After everything that has an alarm.
alarms.complete();

export = {
  // What `npm start`, `npm run inspect` and `npm run redrive` read. Integrations are audited by their stems.
  topicPrefix,
  devicePolicyName: devices.name,
  alarms: { topicArn: alarms.topicArn },
  "iot-to-sqs": telemetry.outputs,
  // The outputs of your own.
  ordersUrl: orders.url,
  ordersTopicArn: ordersTopic.arn,
};
