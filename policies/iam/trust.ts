/** The condition keys that a service sends when it assumes a role, as AWS documents them. */
export interface Trust {
  /** The condition keys that the service sets. The trust policy must require all of them. */
  keys: ("aws:SourceAccount" | "aws:SourceArn")[];
  evidence: string;
}

const both: Trust["keys"] = ["aws:SourceAccount", "aws:SourceArn"];
const page = (path: string): string => `https://docs.aws.amazon.com/${path}`;

/**
 * AWS publishes no list of services that send the two keys, so each row names its documentation page. The pack reports a service that is
 * not listed as unverified, because a required key that the service does not send would deny the service access.
 */
export const trustOf: Readonly<Record<string, Trust>> = {
  "ecs-tasks.amazonaws.com": {
    keys: both,
    evidence: page("AmazonECS/latest/developerguide/task-iam-roles.html"),
  },
  "events.amazonaws.com": {
    keys: both,
    evidence: page("eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html"),
  },
  "grafana.amazonaws.com": {
    keys: both,
    evidence: page("grafana/latest/userguide/AMG-manage-permissions.html"),
  },
  "iot.amazonaws.com": {
    keys: both,
    evidence: page("iot/latest/developerguide/iot-create-role.html"),
  },
  "kinesisanalytics.amazonaws.com": {
    keys: both,
    evidence: page(
      "kinesisanalytics/latest/java/iam-cross-service-confused-deputy-prevention.html",
    ),
  },
  "logs.amazonaws.com": {
    keys: both,
    evidence: page("AmazonCloudWatch/latest/logs/Subscriptions-confused-deputy.html"),
  },
  "pipes.amazonaws.com": {
    keys: both,
    evidence: page("eventbridge/latest/userguide/cross-service-confused-deputy-prevention.html"),
  },
  "sagemaker.amazonaws.com": {
    keys: both,
    evidence: page("sagemaker/latest/dg/security-confused-deputy-prevention.html"),
  },
  "scheduler.amazonaws.com": {
    keys: both,
    evidence: page("scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html"),
  },
  "states.amazonaws.com": {
    keys: both,
    evidence: page("step-functions/latest/dg/procedure-create-iam-role.html"),
  },
  // AWS documents neither key for these services. The principals that may pass the role limit its use.
  "apigateway.amazonaws.com": {
    keys: [],
    evidence: page("apigateway/latest/developerguide/permissions.html"),
  },
  "edgelambda.amazonaws.com": {
    keys: [],
    evidence: page("AmazonCloudFront/latest/DeveloperGuide/lambda-edge-permissions.html"),
  },
  "firehose.amazonaws.com": {
    keys: [],
    evidence: page("firehose/latest/dev/controlling-access.html"),
  },
  "lambda.amazonaws.com": {
    keys: [],
    evidence: page("lambda/latest/dg/lambda-intro-execution-role.html"),
  },
  "quicksight.amazonaws.com": {
    keys: [],
    evidence: page("quicksight/latest/user/security-create-iam-role.html"),
  },
  "redshift-serverless.amazonaws.com": {
    keys: [],
    evidence: page("redshift/latest/mgmt/redshift-iam-authentication-access-control.html"),
  },
  "redshift.amazonaws.com": {
    keys: [],
    evidence: page("redshift/latest/mgmt/authorizing-redshift-service.html"),
  },
};
