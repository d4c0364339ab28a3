import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { RedshiftDataClient } from "@aws-sdk/client-redshift-data";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SNSClient } from "@aws-sdk/client-sns";
import { callerOf, readingClients } from "../clients";
import type { SearchClients } from "../sinks/search";
import type { Signer } from "./signed";

/** The caller's access to the account of the stack. */
export interface Account {
  search: SearchClients;
  iot: IoTDataPlaneClient;
  secrets: SecretsManagerClient;
  /** By Region: alarms and their topics may be in others than the stack. */
  cloudwatchIn: (region: string) => CloudWatchClient;
  snsIn: (region: string) => SNSClient;
  signer: Signer;
}

/** Clients with endpoints, region and credentials from the environment; throws one sentence if region or credentials are missing. */
export async function openAccount(): Promise<Account> {
  return {
    search: {
      ...(await readingClients()),
      dynamodb: new DynamoDBClient({}),
      warehouse: new RedshiftDataClient({}),
    },
    iot: new IoTDataPlaneClient({}),
    secrets: new SecretsManagerClient({}),
    cloudwatchIn: (region) => new CloudWatchClient({ region }),
    snsIn: (region) => new SNSClient({ region }),
    signer: await callerOf(),
  };
}
