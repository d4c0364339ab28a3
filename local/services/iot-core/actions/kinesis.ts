import { KinesisClient, PutRecordCommand } from "@aws-sdk/client-kinesis";
import * as v from "valibot";
import type { ActionKind } from "./action";

const Settings = v.strictObject({
  streamName: v.string(),
  partitionKey: v.string("needs a partitionKey here, such as ${clientid()}"),
  roleArn: v.string(),
});

/**
 * Puts the payload on a stream as one record. AWS does not document the partition key of a rule without one, so such a rule is
 * refused.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/kinesis-rule-action.html
 */
export const kinesis: ActionKind = {
  list: "kineses",
  single: "kinesis",
  failedAction: "KinesisAction",
  prepare(settings, { template }) {
    const { streamName, partitionKey, roleArn } = v.parse(Settings, settings);
    const keyOf = template(partitionKey);
    return {
      roleArn,
      target: template(streamName),
      async perform({ clients, credentials, message, payload }, StreamName) {
        const PartitionKey = await keyOf(message);
        await clients
          .get(KinesisClient, credentials)
          .send(new PutRecordCommand({ StreamName, PartitionKey, Data: payload }));
      },
    };
  },
};
