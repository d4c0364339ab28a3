import { CreateDeliveryStreamCommand, FirehoseClient } from "@aws-sdk/client-firehose";
import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import { systemClock, type Clock } from "./clock";
import type { DeliveryStreamInputs } from "./delivery-inputs";
import { createDeliveryStream, type DeliveryStream } from "./delivery-stream";
import type { ColumnsOf } from "./delivery-stream-args";
import { tableColumns } from "./table-columns";
import type { FirehoseTap } from "./tap";

export interface DeliveryStreamsArgs {
  /** Made with the tap's middleware; records that other clients put are not seen. */
  clients: Clients;
  trace: Trace;
  tap: FirehoseTap;
  /** Returns the columns of a Glue table, for streams that write Parquet. @default those of the emulator's catalogue */
  columnsOf?: ColumnsOf;
  /** @default the machine's */
  clock?: Clock;
  /** Before the second attempt at an endpoint or a bucket; doubles up to 64 times. @default 100 */
  retryDelayMilliseconds?: number;
  /** The longest time for which a failing endpoint is retried, if shorter than its own retryDuration. @default no limit */
  mostRetrySeconds?: number;
  /** The double that stands for every Splunk collector. @default the endpoint of each stream */
  splunkUrl?: string;
  /** The double whose origin replaces that of every HTTP endpoint. @default the endpoint of each stream */
  httpUrl?: string;
}

export interface DeliveryStreams {
  add(inputs: DeliveryStreamInputs): Promise<DeliveryStream>;
  /** Delivers the buffered records at once; resolves when all are delivered or set aside. */
  idle(): Promise<void>;
  /** Delivers the buffered records with one attempt each, and warns about those that are refused. */
  stop(): Promise<void>;
}

/**
 * Firehose with the buffers, transformations, formats, endpoints and failure paths that the emulator ignores. Not included: Kinesis as
 * a source, destinations other than S3, HTTP and Splunk, and JQ.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/what-is-this-service.html
 */
export function startDeliveryStreams({
  clients,
  trace,
  tap,
  columnsOf = (schema) => tableColumns(clients, schema),
  clock = systemClock,
  retryDelayMilliseconds = 100,
  mostRetrySeconds = Infinity,
  splunkUrl,
  httpUrl,
}: DeliveryStreamsArgs): DeliveryStreams {
  const streams = new Map<string, DeliveryStream>();
  tap.connect(({ deliveryStream, records }) => {
    const arrival = clock.now();
    streams.get(deliveryStream)?.accept(records.map((record) => ({ ...record, arrival })));
  });
  return {
    async add(inputs) {
      const stream = createDeliveryStream({
        clients,
        trace,
        inputs,
        columnsOf,
        clock,
        retryDelayMilliseconds,
        mostRetrySeconds,
        splunkUrl,
        httpUrl,
      });
      // Without a destination, so that the emulator accepts records and delivers nothing.
      await clients
        .get(FirehoseClient)
        .send(new CreateDeliveryStreamCommand({ DeliveryStreamName: inputs.name }));
      streams.set(inputs.name, stream);
      return stream;
    },
    async idle() {
      await Promise.all([...streams.values()].map((stream) => stream.flush()));
    },
    async stop() {
      await Promise.all([...streams.values()].map((stream) => stream.stop()));
      tap.connect(({ deliveryStream, records }) => {
        const message = `${records.length} records came for ${deliveryStream} after it had ended, and are lost.`;
        trace.emit({ kind: "warning", part: "delivery stream", message });
      });
    },
  };
}
