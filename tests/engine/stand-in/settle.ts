import { createHash } from "node:crypto";
import { inputsOf } from "./declarations";
import type { Properties } from "./resources";

/**
 * What the bridged provider fills in when it checks inputs, as the SDK's documentation gives the defaults.
 * @see https://www.pulumi.com/registry/packages/aws/
 */
const defaults: Record<string, Properties> = {
  "aws:cloudwatch/eventRule:EventRule": { eventBusName: "default", forceDestroy: false },
  "aws:cloudwatch/eventTarget:EventTarget": { eventBusName: "default", forceDestroy: false },
  "aws:cloudwatch/logGroup:LogGroup": { retentionInDays: 0, skipDestroy: false },
  "aws:cloudwatch/metricAlarm:MetricAlarm": {
    actionsEnabled: true,
    treatMissingData: "missing",
  },
  "aws:dynamodb/table:Table": { billingMode: "PROVISIONED" },
  "aws:iam/role:Role": { forceDetachPolicies: false, maxSessionDuration: 3600, path: "/" },
  "aws:kinesis/stream:Stream": {
    encryptionType: "NONE",
    enforceConsumerDeletion: false,
    retentionPeriod: 24,
  },
  "aws:kms/key:Key": {
    bypassPolicyLockoutSafetyCheck: false,
    customerMasterKeySpec: "SYMMETRIC_DEFAULT",
    enableKeyRotation: false,
    isEnabled: true,
    keyUsage: "ENCRYPT_DECRYPT",
  },
  "aws:lambda/eventSourceMapping:EventSourceMapping": { enabled: true },
  "aws:lambda/function:Function": {
    memorySize: 128,
    packageType: "Zip",
    publish: false,
    reservedConcurrentExecutions: -1,
    skipDestroy: false,
    timeout: 3,
  },
  "aws:s3/bucket:Bucket": { forceDestroy: false },
  "aws:sfn/stateMachine:StateMachine": { type: "STANDARD" },
  "aws:sns/topic:Topic": { contentBasedDeduplication: false, fifoTopic: false },
  "aws:sns/topicSubscription:TopicSubscription": {
    confirmationTimeoutInMinutes: 1,
    endpointAutoConfirms: false,
    rawMessageDelivery: false,
  },
  "aws:sqs/queue:Queue": {
    contentBasedDeduplication: false,
    delaySeconds: 0,
    fifoQueue: false,
    maxMessageSize: 262_144,
    messageRetentionSeconds: 345_600,
    receiveWaitTimeSeconds: 0,
    visibilityTimeoutSeconds: 30,
  },
};

/** The input that names a resource of each type, where it is not `name`. */
const naming: Record<string, string> = {
  "aws:iot/roleAlias:RoleAlias": "alias",
  "aws:lambda/permission:Permission": "statementId",
  "aws:s3/bucket:Bucket": "bucket",
};

/** The inputs as the bridged provider hands them on: a name made up where the program gives none, and every default. */
export function settle(
  urn: string,
  type: string,
  before: Properties,
  given: Properties,
): Properties {
  const settled: Properties = { ...defaults[type], ...given };
  const input = naming[type] ?? "name";
  const declared = inputsOf(type).get(input);
  const isNamed = [input, `${input}Prefix`, "namePrefix"].some((name) => given[name] !== undefined);
  if (declared && !declared.required && !isNamed)
    settled[input] = before[input] ?? madeUp(urn, type, given);
  return settled;
}

/** The logical name and seven digits; the same for one URN at a preview and at an update. */
function madeUp(urn: string, type: string, { fifoQueue, fifoTopic }: Properties): string {
  const logical = urn.split("::").slice(3).join("::");
  const digits = createHash("sha1").update(urn).digest("hex").slice(0, 7);
  const suffix = fifoQueue === true || fifoTopic === true ? ".fifo" : "";
  switch (type) {
    case "aws:iot/topicRule:TopicRule":
      return `${logical}_${digits}`.replace(/\W/g, "_");
    case "aws:kms/alias:Alias":
      return `alias/${logical}-${digits}`;
    case "aws:s3/bucket:Bucket":
      return `${logical}-${digits}`.toLowerCase();
    default:
      return `${logical}-${digits}${suffix}`;
  }
}
