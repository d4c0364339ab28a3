import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import "../../index";

// The project's program, and beside it what the policies exist to refuse.
const name = (logical: string): string => `${pulumi.getProject()}-${pulumi.getStack()}-${logical}`;
const role = `arn:aws:iam::123456789012:role/${name("boundless")}`;

new aws.iam.Role("boundless", {
  name: name("boundless"),
  assumeRolePolicy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Service: "iot.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: {
            "aws:SourceArn": "arn:aws:iot:eu-central-1:123456789012:rule/forgetful",
          },
        },
      },
    ],
  }),
});

new aws.iam.RolePolicy("boundless-permissions", {
  name: "permissions",
  role: name("boundless"),
  policy: JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Sid: "Send", Effect: "Allow", Action: "sqs:SendMessage", Resource: "*" }],
  }),
});

new aws.iot.TopicRule("forgetful", {
  name: "forgetful",
  enabled: true,
  sql: "SELECT * FROM 'devices/+/telemetry'",
  sqlVersion: "2016-03-23",
  sqs: [
    {
      queueUrl: `https://sqs.eu-central-1.amazonaws.com/123456789012/${name("iot-to-sqs-queue")}`,
      roleArn: role,
      useBase64: false,
    },
  ],
});
