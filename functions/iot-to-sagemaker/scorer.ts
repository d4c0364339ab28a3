import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IoTDataPlaneClient, PublishCommand } from "@aws-sdk/client-iot-data-plane";
import { InvokeEndpointCommand, SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import { writeAlert } from "../shared/alert";
import { alertsTopic, type PublishAlert } from "../shared/alerts-topic";
import { createBatchSplitter, quarantineAll, type Accepted } from "../shared/batch";
import { candidateOf } from "../shared/gate/candidate";
import type { GatePorts } from "../shared/gate/gate";
import { readGateSettings, type GateSettings } from "../shared/gate/gate-settings";
import { gateTable } from "../shared/gate/gate-table";
import { createGated } from "../shared/gate/gated";
import { groupBy } from "../shared/group";
import { count } from "../shared/metrics";
import { shorten } from "../shared/printable";
import { quarantineQueue, type Quarantine } from "../shared/quarantine";
import { readingId } from "../shared/reading-id";
import { createReadingParser } from "../shared/reading-parser";
import { required } from "../shared/settings";
import { streamAnswer } from "../shared/stream-answer";
import { lineOf, mediaTypes, type Content } from "./content";
import { scoresTable, type ScoredReading, type StoreScores } from "./scores-table";
import { createScoring, type Invoke } from "./scoring";

export interface Settings extends GateSettings {
  endpointName: string;
  /** The fields of a reading that the model was trained on, in their order. */
  features: string[];
  content: Content;
  /** The mean of the scores of the training run, and their standard deviation. */
  scoreMean: number;
  scoreDeviation: number;
  /** A normalised score above it becomes an alert. */
  alertAbove: number;
  /** The most bytes of one request. */
  mostBytes: number;
  scoresTableName: string;
  keepDays: number;
  alertsTopicArn: string;
  /** Anomalies go to `<prefix>/<deviceId>`. */
  anomaliesTopicPrefix: string;
  quarantineQueueUrl: string;
}

/** The calls that the handler makes. */
export interface Ports {
  invoke: Invoke;
  store: StoreScores;
  gate: GatePorts;
  /** Publishes to the topic for people. */
  alert: (...alert: Parameters<PublishAlert>) => Promise<unknown>;
  /** Publishes to MQTT subscribers. */
  publish: (topic: string, message: string) => Promise<void>;
  quarantine: Quarantine;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  endpointName: required(env, "ENDPOINT_NAME"),
  features: required(env, "FEATURES").split(","),
  content: required(env, "CONTENT") === "csv" ? "csv" : "jsonlines",
  scoreMean: Number(required(env, "SCORE_MEAN")),
  scoreDeviation: Number(required(env, "SCORE_DEVIATION")),
  alertAbove: Number(required(env, "ALERT_ABOVE")),
  mostBytes: Number(required(env, "MOST_BYTES")),
  scoresTableName: required(env, "SCORES_TABLE_NAME"),
  keepDays: Number(required(env, "KEEP_DAYS")),
  alertsTopicArn: required(env, "ALERTS_TOPIC_ARN"),
  anomaliesTopicPrefix: required(env, "ANOMALIES_TOPIC_PREFIX"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
  ...readGateSettings(env),
});

/** Alerts of a batch that are published at the same time. */
const alertsAtOnce = 10;

/**
 * Scores readings by a model of SageMaker. Runs once per warm environment; the returned handler runs once per batch. Sends all readings of
 * a batch in one request, stores the scores, and publishes anomalies within the budgets of the gate. To score a reading again writes the
 * same item, and the gate remembers its alert. Readings that the model does not accept are quarantined, exactly those.
 */
export function createHandler(
  settings: Settings,
  ports: Ports = awsPorts(settings),
): (event: KinesisStreamEvent) => Promise<KinesisStreamBatchResponse> {
  const { features, content, scoreMean, scoreDeviation, alertAbove, mostBytes } = settings;
  const splitBatch = createBatchSplitter(createReadingParser(), ports.quarantine);
  const score = createScoring({ invoke: ports.invoke, mostBytes });

  const occasionOf = (value: number) => ({
    title: "Anomaly",
    happened: "sent an unusual reading",
    because: `Its anomaly score is ${value.toFixed(2)}; alerts begin above ${alertAbove}.`,
  });

  async function alertAll(anomalies: ScoredReading[]) {
    const scores = new Map(anomalies.map(({ one, score: value }) => [one.id, value]));
    const sendAlerts = createGated(settings.gateLimits, ports.gate, {
      candidateOf: (one) => ({ ...candidateOf(one), condition: "anomaly" }),
      act: async ({ id, reading }, note) => {
        const value = scores.get(id) as number;
        const message = JSON.stringify({ id: readingId(reading), score: value, reading });
        await ports.publish(`${settings.anomaliesTopicPrefix}/${reading.deviceId}`, message);
        await ports.alert(writeAlert(reading, { occasion: occasionOf(value), note }), reading);
        return true;
      },
      failure: "alert not sent",
      atOnce: alertsAtOnce,
    });
    return sendAlerts(anomalies.map(({ one }) => one));
  }

  return async ({ Records }) => {
    const incoming = Records.map(({ kinesis }) => ({
      id: kinesis.sequenceNumber,
      body: Buffer.from(kinesis.data, "base64"),
    }));
    const { accepted, quarantined, failed } = await splitBatch(incoming);
    const distinct = groupBy(
      accepted,
      ({ reading }) => `${reading.deviceId}#${readingId(reading)}`,
    ).map(([first]) => first);
    const lines = distinct.map(({ reading }) => lineOf(reading, features, content));
    const { scores, refused, failed: unscored } = await score(lines);
    failed.push(...unscored.map((at) => (distinct[at] as Accepted).id));
    const missed = await quarantineAll(
      [...refused].map(([at, reason]) => refusalOf(distinct[at] as Accepted, reason)),
      ports.quarantine,
    );
    failed.push(...missed);
    const scored = [...scores].map(([at, raw]) => ({
      ...{ one: distinct[at] as Accepted, raw },
      score: (raw - scoreMean) / (3 * scoreDeviation),
    }));
    const unstored = new Set(await ports.store(scored));
    failed.push(...unstored);
    const stored = scored.filter(({ one }) => !unstored.has(one.id));
    const anomalies = stored.filter(({ score: value }) => value > alertAbove);
    const { muted, failed: unsent } = await alertAll(anomalies);
    failed.push(...unsent);
    count("iot-to-sagemaker", {
      Received: Records.length,
      Stored: stored.length,
      Anomalies: anomalies.length,
      Muted: muted,
      Duplicates: accepted.length - distinct.length,
      Quarantined: quarantined + refused.size - missed.length,
      Failed: failed.length,
    });
    return streamAnswer(failed, incoming);
  };
}

const refusalOf = ({ id, envelope }: Accepted, reason: string) => ({
  id,
  entry: {
    reason: "refused-by-model" as const,
    detail: `The model does not accept the reading: ${shorten(reason)}`,
    ...envelope,
  },
});

/** The SDK reads the endpoint of AWS IoT from AWS_ENDPOINT_URL_IOT_DATA_PLANE. */
function awsPorts(settings: Settings): Ports {
  const sagemaker = new SageMakerRuntimeClient({});
  const iot = new IoTDataPlaneClient({});
  const dynamodb = new DynamoDBClient({});
  const { endpointName, scoresTableName: tableName, keepDays } = settings;
  const { contentType, accept } = mediaTypes[settings.content];
  return {
    invoke: async (lines) => {
      const { Body, ContentType = "" } = await sagemaker.send(
        new InvokeEndpointCommand({
          EndpointName: endpointName,
          ContentType: contentType,
          Accept: accept,
          Body: Buffer.from(`${lines.join("\n")}\n`),
        }),
      );
      return { contentType: ContentType, body: Buffer.from(Body ?? []).toString() };
    },
    store: scoresTable(dynamodb, { tableName, endpointName, keepDays }),
    gate: gateTable(dynamodb, settings.gateTableName),
    alert: alertsTopic(new SNSClient({}), settings.alertsTopicArn),
    publish: async (topic, message) => {
      await iot.send(new PublishCommand({ topic, qos: 1, payload: Buffer.from(message) }));
    },
    quarantine: quarantineQueue(new SQSClient({}), settings.quarantineQueueUrl),
  };
}
