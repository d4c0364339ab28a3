import { apiToDevices } from "./api-to-devices";
import { cameraToRekognition } from "./camera-to-rekognition";
import { edgeToIot } from "./edge-to-iot";
import { grafana } from "./grafana";
import { iotToAnalytics } from "./iot-to-analytics";
import { iotToComprehend } from "./iot-to-comprehend";
import { iotToDatadog } from "./iot-to-datadog";
import { iotToDynamodb } from "./iot-to-dynamodb";
import { iotToEventbridge } from "./iot-to-eventbridge";
import { iotToQuicksight } from "./iot-to-quicksight";
import { iotToRedshift } from "./iot-to-redshift";
import { iotToSagemaker } from "./iot-to-sagemaker";
import { iotToSns } from "./iot-to-sns";
import { iotToSplunk } from "./iot-to-splunk";
import { iotToSqs } from "./iot-to-sqs";
import { iotToStepFunctions } from "./iot-to-step-functions";
import { iotToTimestream } from "./iot-to-timestream";
import { streamToFargate } from "./stream-to-fargate";
import type { Definition } from "./parts/integration";
import type { Values } from "./parts/settings/setting";

/** Every integration, in the order in which pages and tables list them. The only list: all others derive from it. */
export const catalogue = [
  iotToDynamodb,
  iotToSns,
  iotToSqs,
  iotToEventbridge,
  iotToAnalytics,
  iotToQuicksight,
  iotToSagemaker,
  iotToTimestream,
  iotToRedshift,
  edgeToIot,
  apiToDevices,
  streamToFargate,
  iotToStepFunctions,
  iotToComprehend,
  cameraToRekognition,
  grafana,
  iotToSplunk,
  iotToDatadog,
] as const;

type Entry = (typeof catalogue)[number];

export type Stem = Entry["stem"];

export const stems: readonly Stem[] = catalogue.map(({ stem }) => stem);

/** Those through which messages flow. The others show what these keep. */
export const messageStems: readonly Stem[] = catalogue
  .filter(({ movesMessages = true }: Pick<Definition, "movesMessages">) => movesMessages)
  .map(({ stem }) => stem);

/** The checked settings of the integrations that a stack has. */
export type IntegrationSettings = {
  [S in Stem]?: Values<Extract<Entry, { stem: S }>["settings"]>;
};
