import { createClients, type Clients, type Middleware } from "./aws/clients";
import { createClosing } from "./closing";
import { startComprehend, type Comprehend } from "./doubles/comprehend";
import { startDataApi, type DataApi } from "./doubles/data-api";
import { startDatadog, type Datadog } from "./doubles/datadog";
import { startInbox, type Inbox } from "./doubles/inbox";
import { startSageMaker, type SageMaker } from "./doubles/sagemaker";
import { startRekognition, type Rekognition } from "./doubles/rekognition";
import { startSplunk, type Splunk } from "./doubles/splunk";
import { startEmulator, type Emulator } from "./emulator/ministack";
import type { PythonEnvironment } from "./emulator/python";
import { lambdaNode } from "./lambda-node";
import { openFirehoseTap, type FirehoseTap } from "./services/firehose";
import { startIotCore, type IotCore } from "./services/iot-core";
import { lambdaRuntime } from "./services/lambda";
import { createTrace, type Trace } from "./trace";

/** The account of everything here; AWS uses this number in its examples. */
const accountId = "123456789012";

export interface PlatformArgs {
  directory: string;
  python: PythonEnvironment;
  region: string;
  /** @default a free port */
  mqttPort?: number;
  /** Checks requests before they are sent. @default none */
  middleware?: Middleware[];
  /** Receives the emulator's process group as soon as it exists. */
  onStart?: (processGroup: number) => void;
}

/** What a program is deployed to on this machine. */
export interface Platform {
  directory: string;
  emulator: Emulator;
  clients: Clients;
  trace: Trace;
  iotCore: IotCore;
  /** Receives the records that are put to delivery streams. */
  firehoseTap: FirehoseTap;
  /** Stands for Comprehend. */
  comprehend: Comprehend;
  /** Stands for Redshift. */
  dataApi: DataApi;
  /** Stands for the endpoints of SageMaker. */
  sageMaker: SageMaker;
  /** Stands for Amazon Rekognition. */
  rekognition: Rekognition;
  /** Stands for mailboxes, phones and webhooks. */
  inbox: Inbox;
  /** Stands for Splunk's HTTP Event Collector. */
  splunk: Splunk;
  /** Stands for Datadog's intake. */
  datadog: Datadog;
  /** What here is a double or stands in for Lambda's Node.js, one sentence each. */
  doubles: string[];
  stop(): Promise<void>;
}

/** Starts the emulator, our IoT Core and the inbox double. If one cannot start, stops those that have started, then throws. */
export async function startPlatform(args: PlatformArgs): Promise<Platform> {
  const { directory, python, region, mqttPort, middleware = [], onStart } = args;
  const { opened, close } = createClosing();
  try {
    const emulator = await startEmulator({
      ...{ directory, python: python.python, region, accountId, onStart },
    });
    opened(() => emulator.stop());
    const firehoseTap = await openFirehoseTap(emulator.account);
    opened(() => firehoseTap.close());
    const { account } = emulator;
    const node = await lambdaNode({ directory });
    const clients = createClients(account, [
      ...middleware,
      firehoseTap.middleware,
      lambdaRuntime({ account, node: node.path }),
    ]);
    opened(() => clients.destroy());
    const trace = createTrace();
    const inbox = await startInbox();
    opened(() => inbox.stop());
    const comprehend = await startComprehend({ clients, models: python.models });
    opened(() => comprehend.stop());
    const dataApi = await startDataApi({ clients, directory });
    opened(() => dataApi.stop());
    const sageMaker = await startSageMaker({ clients });
    opened(() => sageMaker.stop());
    const rekognition = await startRekognition({ clients });
    opened(() => rekognition.stop());
    const splunk = await startSplunk();
    opened(() => splunk.stop());
    const datadog = await startDatadog();
    opened(() => datadog.stop());
    const iotCore = await startIotCore({ clients, trace, mqttPort });
    opened(() => iotCore.stop());
    const doubles = [
      `Mailboxes, phones and webhooks are a double: nothing is sent to them; ${inbox.url} shows what they would have received.`,
      "Comprehend is a double: it finds languages and sentiments by word lists, and personal data by patterns, not by Comprehend's models.",
      `Splunk's HTTP Event Collector is a double: ${splunk.url} shows the events in its index.`,
      `Datadog's intake is a double: ${datadog.url} shows the points that it stores.`,
      "Amazon Rekognition is a double: it decodes images, and labels them by the colours of the generated ones.",
      ...(node.note === undefined ? [] : [node.note]),
    ];
    const sinks = { comprehend, inbox, rekognition, sageMaker, splunk, datadog, doubles };
    const started = { directory, emulator, clients, trace, iotCore, firehoseTap, dataApi };
    return { ...started, ...sinks, stop: close };
  } catch (error) {
    await close();
    throw error;
  }
}
