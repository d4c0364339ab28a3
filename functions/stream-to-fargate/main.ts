import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { SQSClient } from "@aws-sdk/client-sqs";
import { randomUUID } from "node:crypto";
import { log } from "../shared/log";
import { quarantineQueue } from "../shared/quarantine";
import { monotonicClock as clock } from "./clock";
import { healthOf, serveHealth } from "./health";
import { kinesisStream } from "./kinesis-stream";
import { lagOf, reportLag } from "./lag";
import { leaseTable } from "./lease-table";
import { createProcessor } from "./processor";
import { requestHandler } from "./request-handler";
import { readSettings } from "./settings";
import { statisticsTable } from "./statistics-table";
import { startWorker } from "./worker";

/** Five requests for each shard in a second are the most; one leaves four to the stream's other readers. */
const pollMilliseconds = 1000;

/** Three values for each period of the alarms. */
const lagMilliseconds = 20_000;

/** Runs a task until it is asked to stop: by SIGTERM, as ECS does, it ends the batches in progress and releases its shards. */
async function run(): Promise<void> {
  const settings = readSettings();
  const task = randomUUID();
  const leaseMilliseconds = settings.leaseSeconds * 1000;
  const dynamodb = new DynamoDBClient({ requestHandler: requestHandler() });
  const sqs = new SQSClient({
    requestHandler: requestHandler(),
    // The endpoint is that of the client; the URL names the queue.
    useQueueUrlAsEndpoint: false,
  });
  const { statisticsTableName: tableName, keepDays } = settings;
  const process = createProcessor({
    addReadings: statisticsTable(dynamodb, { tableName, keepDays }),
    quarantine: quarantineQueue(sqs, settings.quarantineQueueUrl),
    setAside: quarantineQueue(sqs, settings.failuresQueueUrl, "standard"),
    clock,
    holdMilliseconds: settings.holdSeconds * 1000,
  });
  const kinesis = new KinesisClient({ requestHandler: requestHandler() });
  const worker = startWorker({
    ...{ task, process, clock, leaseMilliseconds, pollMilliseconds },
    stream: kinesisStream(kinesis, settings.streamArn),
    leases: leaseTable(dynamodb, settings.leasesTableName),
  });
  const health = await serveHealth(settings.healthPort, () =>
    healthOf({ task, worker, clock, leaseMilliseconds }),
  );
  log("info", "started", { task, port: health.port });

  const reporting = setInterval(() => {
    reportLag(settings.serviceName, lagOf({ worker, clock, leaseMilliseconds }));
  }, lagMilliseconds);

  await stopRequest();
  log("info", "stopping", { task });
  clearInterval(reporting);
  await worker.stop();
  await health.stop();
  log("info", "stopped", { task });
}

const stopRequest = (): Promise<void> =>
  new Promise((asked) => {
    for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => asked());
  });

// Requests of a batch that is left unsaved must not keep the process alive.
void run().then(() => process.exit());
