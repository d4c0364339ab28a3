import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import { S3Client } from "@aws-sdk/client-s3";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { Search, SearchClients, Sink as LookedUp } from "../../operations/sinks/search";
import type { Clients } from "../aws/clients";
import type { Evidence, Sink } from "./integration-audit";

/** The services of the emulated account in which messages are looked up. */
export const searchClients = (clients: Clients): SearchClients => ({
  dynamodb: clients.get(DynamoDBClient),
  sqs: clients.get(SQSClient),
  s3: clients.get(S3Client),
  kinesis: clients.get(KinesisClient),
  tableStreams: clients.get(DynamoDBStreamsClient),
  warehouse: clients.get(RedshiftDataClient),
});

/** Looks up the readings of all devices, as `npm run verify` does on AWS for one. */
const searchIn = ({
  platform: { clients },
  outputs,
  acks,
}: Evidence): Pick<Search, "clients" | "outputs" | "acks"> => ({
  clients: searchClients(clients),
  outputs,
  acks,
});

/** An integration whose readings are looked up as on AWS. */
export const lookedUpBy = ({ channel, expects, stored, sharedFailures }: LookedUp): Sink => ({
  ...(channel && { channel }),
  expects: ({ fields }, outputs) => expects(fields, outputs),
  stored: (evidence) => stored(searchIn(evidence)),
  sharedFailures,
});
