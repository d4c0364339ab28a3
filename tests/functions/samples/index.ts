import { iotToDynamodb } from "./iot-to-dynamodb";
import { iotToSns } from "./iot-to-sns";
import { iotToSqs } from "./iot-to-sqs";
import type { Sample } from "./sample";

/** Sample events of every function that the program deploys, by its logical name. */
export const samples: Record<string, Sample[]> = {
  ...iotToDynamodb,
  ...iotToSns,
  ...iotToSqs,
};
