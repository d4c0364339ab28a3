const logs = ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"];
const interfaces = [
  "ec2:CreateNetworkInterface",
  "ec2:DeleteNetworkInterface",
  "ec2:DescribeNetworkInterfaces",
];
const addresses = ["ec2:AssignPrivateIpAddresses", "ec2:UnassignPrivateIpAddresses"];

/**
 * AWS managed policies for service roles, under `service-role/`, with the actions that each allows on every resource. The reference has a
 * page for each policy.
 * @see https://docs.aws.amazon.com/aws-managed-policy/latest/reference/policy-list.html
 */
const serviceRoles: Readonly<Record<string, readonly string[]>> = {
  AmazonAPIGatewayPushToCloudWatchLogs: [
    ...logs,
    "logs:DescribeLogGroups",
    "logs:DescribeLogStreams",
    "logs:FilterLogEvents",
    "logs:GetLogEvents",
  ],
  AmazonECSTaskExecutionRolePolicy: [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:GetAuthorizationToken",
    "ecr:GetDownloadUrlForLayer",
    "logs:CreateLogStream",
    "logs:PutLogEvents",
  ],
  AmazonS3ObjectLambdaExecutionRolePolicy: [...logs, "s3-object-lambda:WriteGetObjectResponse"],
  AmazonSNSRole: [...logs, "logs:PutMetricFilter", "logs:PutRetentionPolicy"],
  AWSAppSyncPushToCloudWatchLogs: logs,
  AWSIoTDeviceDefenderPublishFindingsToSNSMitigationAction: ["sns:Publish"],
  AWSIoTLogging: [
    ...logs,
    "logs:DeleteLogStream",
    "logs:GetLogEvents",
    "logs:PutMetricFilter",
    "logs:PutRetentionPolicy",
  ],
  AWSIoTRuleActions: [
    "cloudwatch:PutMetricData",
    "cloudwatch:SetAlarmState",
    "dynamodb:PutItem",
    "es:ESHttpPut",
    "firehose:PutRecord",
    "iot:Publish",
    "kinesis:PutRecord",
    "s3:PutObject",
    "sns:Publish",
    "sqs:SendMessage*",
  ],
  AWSLambdaBasicExecutionRole: logs,
  AWSLambdaDynamoDBExecutionRole: [
    ...logs,
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
  ],
  AWSLambdaENIManagementAccess: [...interfaces, ...addresses],
  AWSLambdaKinesisExecutionRole: [
    ...logs,
    "kinesis:DescribeStream",
    "kinesis:DescribeStreamSummary",
    "kinesis:GetRecords",
    "kinesis:GetShardIterator",
    "kinesis:ListShards",
    "kinesis:ListStreams",
    "kinesis:SubscribeToShard",
  ],
  AWSLambdaMSKExecutionRole: [
    ...logs,
    ...interfaces,
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeSubnets",
    "ec2:DescribeVpcs",
    "kafka:DescribeCluster",
    "kafka:DescribeClusterV2",
    "kafka:GetBootstrapBrokers",
  ],
  AWSLambdaRole: ["lambda:InvokeFunction"],
  AWSLambdaSQSQueueExecutionRole: [
    ...logs,
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:ReceiveMessage",
  ],
  AWSLambdaVPCAccessExecutionRole: [...logs, ...interfaces, ...addresses, "ec2:DescribeSubnets"],
  CloudWatchEventsInvocationAccess: ["kinesis:PutRecord"],
};

/** The name of an AWS managed policy, with its path; undefined for any other ARN. */
export const managedName = (arn: string): string | undefined =>
  /^arn:[^:]*:iam::aws:policy\/(.+)/.exec(arn)?.[1];

/** The actions that such a policy allows on every resource; undefined if the policy is not listed here. */
export function managedActions(name: string): readonly string[] | undefined {
  const own = name.startsWith("service-role/") ? name.slice("service-role/".length) : "";
  return Object.hasOwn(serviceRoles, own) ? serviceRoles[own] : undefined;
}
