import type { Clients } from "../../aws/clients";
import type { Trace } from "../../trace";
import type { Clock } from "./clock";
import type { ConversionInputs, DeliveryStreamInputs } from "./delivery-inputs";
import type { Column } from "./parquet";

/** Returns the columns of a Glue table. */
export type ColumnsOf = (
  schema: ConversionInputs["schemaConfiguration"],
) => Promise<readonly Column[]>;

export interface DeliveryStreamArgs {
  clients: Clients;
  trace: Trace;
  /** The resource's inputs, all known. */
  inputs: DeliveryStreamInputs;
  columnsOf: ColumnsOf;
  clock: Clock;
  /** Before the second attempt at an endpoint or a bucket; doubles up to 64 times. */
  retryDelayMilliseconds: number;
  /** The longest time for which an endpoint is retried, if shorter than its own retryDuration. */
  mostRetrySeconds: number;
  /** The double that stands for every Splunk collector. @default the endpoint of the stream */
  splunkUrl?: string;
  /** The double whose origin replaces that of every HTTP endpoint. @default the endpoint of each stream */
  httpUrl?: string;
}
