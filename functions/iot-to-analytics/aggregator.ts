import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { KinesisStreamBatchResponse, KinesisStreamEvent } from "aws-lambda";
import { createBatchSplitter, type Accepted } from "../shared/batch";
import { count } from "../shared/metrics";
import { quarantineQueue, type Quarantine } from "../shared/quarantine";
import { readingId } from "../shared/reading-id";
import { createReadingParser } from "../shared/reading-parser";
import { required } from "../shared/settings";
import { leftOut, numberIn, type Counting } from "./measured";
import {
  awsResultPorts,
  createResultWriter,
  readResultSettings,
  type ResultPorts,
  type ResultSettings,
} from "./result-writer";
import { idInWindow, startOf } from "./window";
import { add, extend, isFull, open, stateOf, type OpenWindows, type State } from "./window-state";

export interface Settings extends ResultSettings, Counting {
  failuresQueueUrl: string;
  quarantineQueueUrl: string;
}

/** The calls that the handler makes. */
export interface Ports extends ResultPorts {
  /** Puts a message into the failures queue. */
  setAside: (message: string) => Promise<void>;
  quarantine: Quarantine;
}

/**
 * What Lambda sends to a function with a tumbling window.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-kinesis-windows.html
 */
export interface WindowEvent extends KinesisStreamEvent {
  state: unknown;
  shardId: string;
  eventSourceARN: string;
  isFinalInvokeForWindow: boolean;
}

export interface WindowAnswer extends KinesisStreamBatchResponse {
  state: State;
}

export const readSettings = (env: NodeJS.ProcessEnv = process.env): Settings => ({
  ...readResultSettings(env),
  above: Number(required(env, "ABOVE")),
  latenessSeconds: Number(required(env, "LATENESS_SECONDS")),
  failuresQueueUrl: required(env, "FAILURES_QUEUE_URL"),
  quarantineQueueUrl: required(env, "QUARANTINE_QUEUE_URL"),
});

/**
 * Averages a field per device and minute. Runs once per warm environment; the returned handler runs once per batch and once at the end of
 * each of Lambda's windows. Those are of arrival time; readings are counted in their own minutes, which the state holds side by side.
 * Throws instead of returning failed records, since AWS does not document what becomes of a state that is returned with them: the batch is
 * retried with the state before it.
 */
export function createHandler(
  settings: Settings,
  ports: Ports = awsPorts(settings),
): (event: WindowEvent) => Promise<WindowAnswer> {
  const { field } = settings;
  const splitBatch = createBatchSplitter(createReadingParser(), ports.quarantine);
  const writeResults = createResultWriter(settings, ports);

  /** Counts readings by what becomes of them. */
  function countReadings(windows: OpenWindows, accepted: Accepted[]) {
    const counts = { Counted: 0, Below: 0, Late: 0, Duplicates: 0 };
    for (const { reading, envelope } of accepted) {
      const value = numberIn(reading, field);
      const { deviceId, timestamp } = reading;
      const reason = leftOut(value, { timestamp, receivedAt: envelope.receivedAt }, settings);
      if (value === undefined || reason) counts[reason ?? "Below"] += 1;
      else {
        const id = idInWindow(timestamp, readingId(reading));
        const isNew = add(windows, { deviceId, start: startOf(timestamp), id, value });
        counts[isNew ? "Counted" : "Duplicates"] += 1;
      }
    }
    return counts;
  }

  return async (event) => {
    const incoming = event.Records.map(({ kinesis }) => ({
      id: kinesis.sequenceNumber,
      body: Buffer.from(kinesis.data, "base64"),
    }));
    const windows = open(event.state);
    const { accepted, quarantined, failed: unquarantined } = await splitBatch(incoming);
    if (unquarantined.length > 0)
      throw new Error(`The quarantine did not take ${unquarantined.length} invalid records.`);
    const readings = countReadings(windows, accepted);
    windows.range = extend(
      windows.range,
      incoming.map(({ id }) => id),
    );
    const isSpilled = !event.isFinalInvokeForWindow && isFull(windows);
    const isOver = event.isFinalInvokeForWindow || isSpilled;
    const written = isOver ? await writeResults([...windows.windows.values()]) : undefined;
    const failed = written?.failed.length ?? 0;
    count(
      "iot-to-analytics",
      {
        Received: incoming.length,
        ...readings,
        Quarantined: quarantined,
        ...(written && { ...written.counts, Spilled: isSpilled ? 1 : 0, Failed: failed }),
      },
      settings.functionName,
    );
    // Before the end of a window, the records are still in the stream.
    if (failed > 0 && isSpilled) throw new Error(`${failed} windows were not written.`);
    if (failed > 0) await ports.setAside(lostBatch(event, windows, settings));
    const state = isOver ? stateOf({ windows: new Map(), range: undefined }) : stateOf(windows);
    return { state, batchItemFailures: [] };
  };
}

/**
 * The records of a window that was not written, as Lambda describes a failed batch to a queue: redrive reads them from the stream, as long
 * as that keeps them. Windows that were written do not count them again.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html
 */
function lostBatch(
  { shardId, eventSourceARN }: WindowEvent,
  { range }: OpenWindows,
  { functionName }: Settings,
): string {
  return JSON.stringify({
    requestContext: { functionArn: functionName, condition: "WindowNotWritten" },
    KinesisBatchInfo: {
      shardId,
      startSequenceNumber: range?.first,
      endSequenceNumber: range?.last,
      batchSize: range?.size,
      streamArn: eventSourceARN,
    },
  });
}

function awsPorts(settings: Settings): Ports {
  const sqs = new SQSClient({});
  return {
    ...awsResultPorts(settings),
    setAside: async (message) => {
      const { Failed: [failed] = [] } = await sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: settings.failuresQueueUrl,
          Entries: [{ Id: "0", MessageBody: message }],
        }),
      );
      if (failed) throw new Error(`The failures queue refused a window: ${failed.Message}`);
    },
    quarantine: quarantineQueue(sqs, settings.quarantineQueueUrl),
  };
}
