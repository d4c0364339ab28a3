import {
  CreateTableCommand,
  DeleteTableCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from "@aws-sdk/client-iam";
import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetTopicAttributesCommand,
  PublishCommand,
  SNSClient,
} from "@aws-sdk/client-sns";
import {
  CreateQueueCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { AssumeRoleCommand, STSClient } from "@aws-sdk/client-sts";
import { createClients } from "../../../local/aws/clients";
import { sharedAccount } from "../../support/account";

/** A real call, with its action and resource. */
export interface Call {
  action: string;
  resource: string;
  send(): Promise<unknown>;
}

/** A role on the emulator whose one policy is replaced again and again, and calls in its name. */
export interface Sandbox {
  roleArn: string;
  calls: Call[];
  /** Replaces the role's permissions. */
  put(document: object): Promise<void>;
  /** True if the emulator lets the call through; throws for any other failure than a denial. */
  allows(call: Call): Promise<boolean>;
  end(): Promise<void>;
}

export async function createSandbox(name: string): Promise<Sandbox> {
  const clients = createClients(await sharedAccount());
  const [iam, sqs, sns, dynamodb] = [
    clients.get(IAMClient),
    clients.get(SQSClient),
    clients.get(SNSClient),
    clients.get(DynamoDBClient),
  ];
  const trust = { Effect: "Allow", Principal: { AWS: "*" }, Action: "sts:AssumeRole" };
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: name,
      AssumeRolePolicyDocument: JSON.stringify({ Version: "2012-10-17", Statement: [trust] }),
    }),
  );
  const roleArn = Role?.Arn ?? "";
  const { Credentials: made } = await clients
    .get(STSClient)
    .send(new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: "session" }));
  const session = {
    accessKeyId: made?.AccessKeyId ?? "",
    secretAccessKey: made?.SecretAccessKey ?? "",
    sessionToken: made?.SessionToken,
  };

  const arnOf = (service: string, resource: string) =>
    `arn:aws:${service}:eu-central-1:123456789012:${resource}`;
  const urls: string[] = [];
  const calls: Call[] = [];
  for (const queue of [`${name}-orders`, `${name}-Orders-2`]) {
    const { QueueUrl = "" } = await sqs.send(new CreateQueueCommand({ QueueName: queue }));
    urls.push(QueueUrl);
    const resource = arnOf("sqs", queue);
    const as = clients.get(SQSClient, session);
    calls.push(
      {
        action: "sqs:GetQueueAttributes",
        resource,
        send: () => as.send(new GetQueueAttributesCommand({ QueueUrl })),
      },
      {
        action: "sqs:ReceiveMessage",
        resource,
        send: () => as.send(new ReceiveMessageCommand({ QueueUrl })),
      },
    );
  }
  const { TopicArn = "" } = await sns.send(new CreateTopicCommand({ Name: `${name}-alerts` }));
  const topics = clients.get(SNSClient, session);
  const table = `${name}-states`;
  await dynamodb.send(
    new CreateTableCommand({
      TableName: table,
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  const tables = clients.get(DynamoDBClient, session);
  const id = { id: { S: "pump-7" } };
  calls.push(
    {
      action: "sns:Publish",
      resource: TopicArn,
      send: () => topics.send(new PublishCommand({ TopicArn, Message: "hot" })),
    },
    {
      action: "sns:GetTopicAttributes",
      resource: TopicArn,
      send: () => topics.send(new GetTopicAttributesCommand({ TopicArn })),
    },
    {
      action: "dynamodb:GetItem",
      resource: arnOf("dynamodb", `table/${table}`),
      send: () => tables.send(new GetItemCommand({ TableName: table, Key: id })),
    },
    {
      action: "dynamodb:PutItem",
      resource: arnOf("dynamodb", `table/${table}`),
      send: () => tables.send(new PutItemCommand({ TableName: table, Item: id })),
    },
  );
  const own = { RoleName: name, PolicyName: "tried" };
  return {
    roleArn,
    calls,
    put: async (document) => {
      await iam.send(
        new PutRolePolicyCommand({ ...own, PolicyDocument: JSON.stringify(document) }),
      );
    },
    async allows({ send }) {
      try {
        await send();
        return true;
      } catch (error) {
        if (
          /^(AccessDenied|AccessDeniedException|AuthorizationError(Exception)?)$/.test(
            (error as Error).name,
          )
        )
          return false;
        throw error;
      }
    },
    async end() {
      await Promise.all(urls.map((QueueUrl) => sqs.send(new DeleteQueueCommand({ QueueUrl }))));
      await sns.send(new DeleteTopicCommand({ TopicArn }));
      await dynamodb.send(new DeleteTableCommand({ TableName: table }));
      await iam.send(new DeleteRolePolicyCommand(own)).catch(() => undefined);
      await iam.send(new DeleteRoleCommand({ RoleName: name }));
      clients.destroy();
    },
  };
}
