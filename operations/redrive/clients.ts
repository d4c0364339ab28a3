import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { readingClients } from "../clients";
import type { Clients } from "./redrive";

/** Clients as of `readingClients`, and those of the services that take messages again. */
export const clientsOf = async (): Promise<Clients> => ({
  ...(await readingClients()),
  iot: new IoTDataPlaneClient({}),
  sns: new SNSClient({}),
  events: new EventBridgeClient({}),
  workflows: new SFNClient({}),
});
