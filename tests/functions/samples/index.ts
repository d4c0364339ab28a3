import { apiToDevices } from "./api-to-devices";
import { iotToDynamodb } from "./iot-to-dynamodb";
import { iotToEventbridge } from "./iot-to-eventbridge";
import { iotToSns } from "./iot-to-sns";
import { iotToSqs } from "./iot-to-sqs";
import { iotToStepFunctions } from "./iot-to-step-functions";
import type { Sample } from "./sample";

/** Sample events of every function that the program deploys, by its logical name. */
export const samples: Record<string, Sample[]> = {
  ...iotToDynamodb,
  ...iotToSns,
  ...iotToSqs,
  ...iotToEventbridge,
  ...apiToDevices,
  ...iotToStepFunctions,
};
