import type { Json } from "./values";

/**
 * The functions that call out of the rules engine, each as its caller implements it. A rejected
 * promise ends the evaluation of the message with the reason, unless `get_or_default` catches it. Numbers are exact in both
 * directions: write requests with `writeJson`, and read answers with `readJson`.
 * What AWS promises of each call, such as 2,000 ms for a Lambda function and a secret's cache of 15
 * minutes, is the caller's to keep (page `iot-sql-functions`).
 */
export interface Ports {
  /** `aws_lambda(functionArn, inputJson)`: what the function returns. */
  awsLambda?(request: { functionArn: string; input: Json }): Promise<Json>;
  /** `decode(value, 'proto', …)`: the message of a type in a descriptor that is an S3 object. */
  decodeProtobuf?(request: ProtobufRequest): Promise<Json>;
  /** `get_dynamodb(…)`: the item as JSON; undefined if there is none. */
  getDynamodb?(request: ItemRequest): Promise<Json | undefined>;
  /** `get_registry_data(…)`: the answer of the API of that name. */
  getRegistryData?(request: RegistryRequest): Promise<Json>;
  /** `get_secret(…)`: the current version; which part of it is wanted is worked out here. */
  getSecret?(request: { secretId: string; roleArn: string }): Promise<SecretValue>;
  /** `get_thing_shadow(…)`: the document; without a name that of the classic shadow. */
  getThingShadow?(request: ShadowRequest): Promise<Json>;
  /** `machinelearning_predict(modelId, roleArn, record)`: the prediction. */
  machinelearningPredict?(request: PredictionRequest): Promise<Json>;
}

interface ProtobufRequest {
  bytes: Uint8Array;
  bucket: string;
  /** The key of the descriptor set. */
  key: string;
  /** The name of the .proto file, and of the message type in it. */
  file: string;
  type: string;
}

interface ItemRequest {
  tableName: string;
  /** Names and values of the partition key and, if there is one, the sort key. */
  key: { [name: string]: Json };
  roleArn: string;
}

interface RegistryRequest {
  api: "DescribeThing" | "ListThingGroupsForThing";
  thingName: string;
  roleArn: string;
}

/** A secret as Secrets Manager keeps it: one of the two. */
interface SecretValue {
  secretString?: string;
  /** In base64. */
  secretBinary?: string;
}

interface ShadowRequest {
  thingName: string;
  shadowName?: string;
  roleArn: string;
}

interface PredictionRequest {
  modelId: string;
  roleArn: string;
  /** One level deep: what was deeper is JSON text. */
  record: { [name: string]: Json };
}
