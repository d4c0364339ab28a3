import type { RecordedResource } from "../../local/program";
import { addition, type Sabotage } from "./sabotage";

const queueArn = "arn:aws:sqs:eu-central-1:123456789012:iot-integrations-test-iot-to-sqs-queue";
const senderArn = "arn:aws:iam::123456789012:role/iot-integrations-test-euc1-iot-to-sqs-rule-role";

/** Resources that should not be there, each of which exactly its rules have to refuse. */
export function additions(program: RecordedResource[]): Sabotage[] {
  const trust = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "lambda.amazonaws.com" },
        Action: "sts:AssumeRole",
      },
    ],
  });
  return [
    addition(
      program,
      "a policy of AWS's own",
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      { role: "r", policyArn: "arn:aws:iam::aws:policy/AmazonSQSFullAccess" },
      ["iam-role-forbid-managed-policies"],
    ),
    addition(
      program,
      "a setting of the whole account under an ordinary name",
      "aws:sns/smsPreferences:SmsPreferences",
      { monthlySpendLimit: 10 },
      ["aws-singleton-require-account-name"],
    ),
    addition(
      program,
      "the log group of AWS IoT",
      "aws:cloudwatch/logGroup:LogGroup",
      { name: "AWSIotLogsV2", retentionInDays: 30 },
      ["aws-singleton-require-account-name"],
    ),
    addition(
      program,
      "a role that nothing has",
      "aws:iam/role:Role",
      { name: "nobody-euc1", assumeRolePolicy: trust },
      ["iam-role-forbid-orphans"],
    ),
    addition(
      program,
      "a bucket that can become public",
      "aws:s3/bucket:Bucket",
      { bucket: "open-euc1" },
      ["s3-bucket-require-public-access-block", "aws-resource-require-tls"],
    ),
    addition(
      program,
      "a dashboard whose name every region shares",
      "aws:cloudwatch/dashboard:Dashboard",
      { dashboardName: "added", dashboardBody: JSON.stringify({ widgets: [{ type: "text" }] }) },
      ["aws-resource-require-region-in-name"],
      ["cloudwatch-dashboard-require-valid-body"],
    ),
    ...["iot-to-sqs-worker", "iot-to-dynamodb-state-writer"].map((role) =>
      addition(
        program,
        `a function with the role of ${role}`,
        "aws:lambda/function:Function",
        {
          name: "added",
          description: "Has the role of another.",
          runtime: "nodejs24.x",
          role: `arn:aws:iam::123456789012:role/iot-integrations-test-euc1-${role}-role`,
          loggingConfig: { logGroup: "/aws/lambda/iot-integrations-test-iot-to-sqs-worker" },
        },
        ["iam-role-forbid-sharing", "cloudwatch-alarm-require-failure-surfaces"],
      ),
    ),
    addition(
      program,
      "a stream of the SQL that has ended",
      "aws:kinesis/analyticsApplication:AnalyticsApplication",
      { name: "old" },
      ["aws-resource-forbid-ended-services"],
    ),
    addition(
      program,
      "a delivery stream that keeps nothing and gathers nothing",
      "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream",
      {
        name: "added",
        destination: "extended_s3",
        extendedS3Configuration: {
          bucketArn: "arn:aws:s3:::elsewhere",
          roleArn: "arn:aws:iam::123456789012:role/elsewhere",
          bufferingInterval: 0,
        },
      },
      [
        "firehose-stream-require-backup",
        "firehose-stream-require-buffer",
        "cloudwatch-alarm-require-failure-surfaces",
      ],
    ),
    addition(
      program,
      "a schedule that drops what its target refuses",
      "aws:scheduler/schedule:Schedule",
      {
        name: "added",
        description: "Starts something every night.",
        target: { arn: queueArn, roleArn: senderArn },
      },
      ["scheduler-schedule-require-dead-letter-queue"],
      ["iam-role-forbid-sharing", "iam-message-path-require-permission"],
    ),
    addition(
      program,
      "a pipe behind a stream that tries for ever",
      "aws:pipes/pipe:Pipe",
      {
        name: "added",
        description: "Reads a stream.",
        source: "arn:aws:kinesis:eu-central-1:123456789012:stream/elsewhere",
        target: queueArn,
        roleArn: senderArn,
      },
      ["pipes-pipe-require-failure-path", "cloudwatch-alarm-require-failure-surfaces"],
      [
        "iam-role-forbid-sharing",
        "iam-role-require-matching-source",
        "iam-message-path-require-permission",
        "pipes-pipe-require-role-permissions",
      ],
    ),
    addition(
      program,
      "a dashboard without widgets",
      "aws:cloudwatch/dashboard:Dashboard",
      { dashboardName: "added-euc1", dashboardBody: "{}" },
      ["cloudwatch-dashboard-require-valid-body"],
    ),
  ];
}
