import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { IAMClient } from "@aws-sdk/client-iam";
import { IoTDataPlaneClient } from "@aws-sdk/client-iot-data-plane";
import { KinesisClient } from "@aws-sdk/client-kinesis";
import { KMSClient } from "@aws-sdk/client-kms";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { S3Client } from "@aws-sdk/client-s3";
import { SageMakerRuntimeClient } from "@aws-sdk/client-sagemaker-runtime";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import { STSClient } from "@aws-sdk/client-sts";
import * as assert from "node:assert/strict";
import { loadModel } from "../../../../local/aws/models/model";
import { botocoreData } from "../botocore";

const clients = [
  CloudWatchClient,
  CloudWatchLogsClient,
  DynamoDBClient,
  IAMClient,
  IoTDataPlaneClient,
  KinesisClient,
  KMSClient,
  LambdaClient,
  S3Client,
  SageMakerRuntimeClient,
  SNSClient,
  SQSClient,
  STSClient,
];

describe("A service's model", () => {
  for (const Client of clients) {
    it(`is found for the ${Client.name}`, () => {
      const client = new Client({ region: "eu-central-1" });
      const { serviceId } = client.config;
      client.destroy();
      assert.equal(loadModel(botocoreData, serviceId).metadata.serviceId, serviceId);
    });
  }

  for (const service of ["EventBridge", "SFN", "Firehose", "Redshift Data", "Secrets Manager"]) {
    it(`is found for ${service}, wherever botocore keeps it`, () => {
      assert.equal(loadModel(botocoreData, service).metadata.serviceId, service);
    });
  }

  it("is the newest of several", () => {
    assert.ok("CreateEventSourceMapping" in loadModel(botocoreData, "Lambda").operations);
  });

  it("is read once", () => {
    assert.equal(loadModel(botocoreData, "SQS"), loadModel(botocoreData, "SQS"));
  });

  it("is missed with one sentence", () => {
    assert.throws(() => loadModel(botocoreData, "Simple Example"), {
      message: `botocore has no API model of the service "Simple Example" in ${botocoreData}; check the service id and that botocore is installed there.`,
    });
  });
});
