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
  /** Made with the tap's middleware, or their own records are not seen. */
  clients: Clients;
  trace: Trace;
  tap: FirehoseTap;
  /** The columns of a Glue table, for streams that write Parquet. @default those of the emulator's catalogue */
  columnsOf?: ColumnsOf;
  /** @default the machine's */
  clock?: Clock;
  /** Before the second attempt at an endpoint or a bucket; doubles up to 64 times. @default 100 */
  retryDelayMilliseconds?: number;
  /** The longest that a failing endpoint is tried again, if that is less than its own retryDuration. @default no limit */
  mostRetrySeconds?: number;
}

export interface DeliveryStreams {
  add(inputs: DeliveryStreamInputs): Promise<DeliveryStream>;
  /** Delivers at once what the buffers hold; resolves when everything is delivered or set aside. */
  idle(): Promise<void>;
  /** Delivers what the buffers hold, trying everything once; what is not taken even then is told. */
  stop(): Promise<void>;
}

/**
 * Firehose with the buffers, transformations, formats, endpoints and failure paths that the emulator ignores. Kinesis as a source, other
 * destinations than S3, HTTP and Splunk, and JQ are left out.
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
      });
      // Without a destination: the emulator accepts and delivers nothing.
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
