import type { ActionKind } from "./action";
import { cloudwatchAlarm } from "./cloudwatch-alarm";
import { cloudwatchLogs } from "./cloudwatch-logs";
import { cloudwatchMetric } from "./cloudwatch-metric";
import { dynamodb } from "./dynamodb";
import { dynamodbv2 } from "./dynamodbv2";
import { firehose } from "./firehose";
import { http } from "./http";
import { kinesis } from "./kinesis";
import { lambda } from "./lambda";
import { republish } from "./republish";
import { s3 } from "./s3";
import { sns } from "./sns";
import { sqs } from "./sqs";
import { stepFunctions } from "./step-functions";
import { timestream } from "./timestream";

/** Every kind of action that the local rules engine implements. */
export const actionKinds: readonly ActionKind[] = [
  cloudwatchAlarm,
  cloudwatchLogs,
  cloudwatchMetric,
  dynamodb,
  dynamodbv2,
  firehose,
  http,
  kinesis,
  lambda,
  republish,
  s3,
  sns,
  sqs,
  stepFunctions,
  timestream,
];
