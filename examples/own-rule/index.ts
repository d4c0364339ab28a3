import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

// A program of its own: one rule, one Lambda function and one table, with the names that Pulumi generates.

export const topicPrefix = "cellar";

const trustedBy = (Service: string): string =>
  JSON.stringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: { Service }, Action: "sts:AssumeRole" }],
  });

const hottest = new aws.dynamodb.Table("hottest", {
  billingMode: "PAY_PER_REQUEST",
  hashKey: "deviceId",
  attributes: [{ name: "deviceId", type: "S" }],
});
const failures = new aws.sqs.Queue("failures", { messageRetentionSeconds: 1_209_600 });

const role = new aws.iam.Role("keeper", { assumeRolePolicy: trustedBy("lambda.amazonaws.com") });
new aws.iam.RolePolicyAttachment("keeper-logs", {
  role: role,
  policyArn: aws.iam.ManagedPolicy.AWSLambdaBasicExecutionRole,
});
const permissions = new aws.iam.RolePolicy("keeper", {
  role: role.id,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "dynamodb:UpdateItem", Resource: hottest.arn },
      { Effect: "Allow", Action: "sqs:SendMessage", Resource: failures.arn },
    ],
  }),
});
const keeper = new aws.lambda.Function(
  "keeper",
  {
    code: new pulumi.asset.AssetArchive({
      "index.js": new pulumi.asset.FileAsset("handler.js"),
    }),
    handler: "index.handler",
    runtime: "nodejs24.x",
    role: role.arn,
    environment: { variables: { TABLE: hottest.name } },
  },
  { dependsOn: permissions },
);
new aws.lambda.FunctionEventInvokeConfig("keeper", {
  functionName: keeper.name,
  destinationConfig: { onFailure: { destination: failures.arn } },
});

const ruleRole = new aws.iam.Role("rule", { assumeRolePolicy: trustedBy("iot.amazonaws.com") });
new aws.iam.RolePolicy("rule", {
  role: ruleRole.id,
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Action: "sqs:SendMessage", Resource: failures.arn }],
  }),
});
const rule = new aws.iot.TopicRule("hot-readings", {
  enabled: true,
  sqlVersion: "2016-03-23",
  sql: `SELECT topic(2) AS deviceId, temperature FROM '${topicPrefix}/+/telemetry' WHERE temperature > 20`,
  lambdas: [{ functionArn: keeper.arn }],
  errorAction: { sqs: { queueUrl: failures.url, roleArn: ruleRole.arn, useBase64: false } },
});
new aws.lambda.Permission("keeper", {
  action: "lambda:InvokeFunction",
  function: keeper,
  principal: "iot.amazonaws.com",
  sourceArn: rule.arn,
});

const self = "${iot:Connection.Thing.ThingName}";
const iot = (resource: string): pulumi.Output<string> =>
  pulumi.interpolate`arn:aws:iot:${aws.getRegionOutput().region}:${aws.getCallerIdentityOutput().accountId}:${resource}`;
const devices = new aws.iot.Policy("devices", {
  policy: pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      { Effect: "Allow", Action: "iot:Connect", Resource: iot(`client/${self}`) },
      {
        Effect: "Allow",
        Action: "iot:Publish",
        Resource: iot(`topic/${topicPrefix}/${self}/telemetry`),
      },
      {
        Effect: "Allow",
        Action: "iot:Subscribe",
        Resource: iot(`topicfilter/${topicPrefix}/${self}/acks`),
      },
      {
        Effect: "Allow",
        Action: "iot:Receive",
        Resource: iot(`topic/${topicPrefix}/${self}/acks`),
      },
    ],
  }),
});

/** `npm start` attaches this policy to its devices. */
export const devicePolicyName = devices.name;
export const tableName = hottest.name;
export const failuresUrl = failures.url;
