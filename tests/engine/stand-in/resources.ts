import { randomUUID } from "node:crypto";
import { account, partition, region, regional } from "./place";

export type Properties = Record<string, unknown>;

/** What AWS makes up for a resource from its inputs. */
type Computed = (inputs: Properties) => Properties & { id: string };

/** As the aws provider's documentation has it under "Outputs" and "Import", by resource type. */
const kinds: Record<string, Computed> = {
  "aws:cloudwatch/logGroup:LogGroup": ({ name }) => ({
    id: `${name}`,
    arn: regional("logs", `log-group:${name}`),
  }),
  "aws:cloudwatch/metricAlarm:MetricAlarm": ({ name }) => ({
    id: `${name}`,
    arn: regional("cloudwatch", `alarm:${name}`),
  }),
  "aws:dynamodb/table:Table": ({ name }) => ({
    id: `${name}`,
    arn: regional("dynamodb", `table/${name}`),
  }),
  "aws:iam/role:Role": ({ name, path = "/" }) => ({
    id: `${name}`,
    arn: `arn:${partition}:iam::${account}:role${path}${name}`,
    uniqueId: randomUUID(),
  }),
  "aws:iam/rolePolicy:RolePolicy": ({ role, name }) => ({ id: `${role}:${name}` }),
  "aws:iot/loggingOptions:LoggingOptions": () => ({ id: "iot-logging-options" }),
  "aws:iot/policy:Policy": ({ name }) => ({
    id: `${name}`,
    arn: regional("iot", `policy/${name}`),
    defaultVersionId: "1",
  }),
  "aws:iot/topicRule:TopicRule": ({ name }) => ({
    id: `${name}`,
    arn: regional("iot", `rule/${name}`),
  }),
  "aws:kinesis/stream:Stream": ({ name }) => {
    const arn = regional("kinesis", `stream/${name}`);
    return { id: arn, arn };
  },
  "aws:kms/alias:Alias": ({ name }) => ({ id: `${name}`, arn: regional("kms", `${name}`) }),
  "aws:kms/key:Key": () => {
    const id = randomUUID();
    return { id, keyId: id, arn: regional("kms", `key/${id}`) };
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": ({ functionName }) => {
    const id = randomUUID();
    return {
      id,
      uuid: id,
      arn: regional("lambda", `event-source-mapping:${id}`),
      functionArn: regional("lambda", `function:${functionName}`),
    };
  },
  "aws:lambda/function:Function": ({ name }) => {
    const arn = regional("lambda", `function:${name}`);
    return { id: `${name}`, arn, qualifiedArn: `${arn}:$LATEST`, version: "$LATEST" };
  },
  "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig": ({ functionName }) => ({
    id: `${functionName}`,
  }),
  "aws:lambda/permission:Permission": ({ statementId = randomUUID() }) => ({
    id: `${statementId}`,
    statementId,
  }),
  "aws:s3/bucket:Bucket": ({ bucket }) => ({
    id: `${bucket}`,
    arn: `arn:${partition}:s3:::${bucket}`,
    bucketDomainName: `${bucket}.s3.amazonaws.com`,
    bucketRegionalDomainName: `${bucket}.s3.${region}.amazonaws.com`,
  }),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ({ bucket }) => ({
    id: `${bucket}`,
  }),
  "aws:s3/bucketNotification:BucketNotification": ({ bucket }) => ({ id: `${bucket}` }),
  "aws:s3/bucketPolicy:BucketPolicy": ({ bucket }) => ({ id: `${bucket}` }),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ({ bucket }) => ({ id: `${bucket}` }),
  "aws:sns/topic:Topic": ({ name }) => {
    const arn = regional("sns", `${name}`);
    return { id: arn, arn, owner: account };
  },
  "aws:sns/topicPolicy:TopicPolicy": ({ arn }) => ({ id: `${arn}`, owner: account }),
  "aws:sns/topicSubscription:TopicSubscription": ({ topic }) => {
    const arn = `${topic}:${randomUUID()}`;
    return { id: arn, arn, ownerId: account, pendingConfirmation: false };
  },
  "aws:sqs/queue:Queue": ({ name }) => {
    const url = `https://sqs.${region}.amazonaws.com/${account}/${name}`;
    return { id: url, url, arn: regional("sqs", `${name}`) };
  },
  "aws:sqs/queuePolicy:QueuePolicy": ({ queueUrl }) => ({ id: `${queueUrl}` }),
};

/** The id and the outputs of a resource that are not its inputs. */
export function computed(type: string, inputs: Properties): Properties & { id: string } {
  const kind = kinds[type];
  if (kind) return kind(inputs);
  throw new Error(
    `The stand-in for the aws provider does not know ${type}; add it to resources.ts.`,
  );
}
