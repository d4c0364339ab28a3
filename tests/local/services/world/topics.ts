import { CreateTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import type { Clients } from "../../../../local/aws/clients";
import { next } from "./names";

export interface Topics {
  topic(): Promise<string>;
}

export const createTopics = (clients: Clients): Topics => ({
  async topic() {
    const { TopicArn = "" } = await clients
      .get(SNSClient)
      .send(new CreateTopicCommand({ Name: next("topic") }));
    return TopicArn;
  },
});
