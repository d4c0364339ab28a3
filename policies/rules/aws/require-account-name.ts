import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";

/** Types that are one setting of an account, or of an account and region. A second stack overwrites the setting of the first. */
const singletons: readonly string[] = [
  // https://docs.aws.amazon.com/iot/latest/apireference/API_SetV2LoggingOptions.html
  "aws:iot/loggingOptions:LoggingOptions",
  // https://docs.aws.amazon.com/iot/latest/apireference/API_UpdateEventConfigurations.html
  "aws:iot/eventConfigurations:EventConfigurations",
  // https://docs.aws.amazon.com/iot/latest/apireference/API_UpdateIndexingConfiguration.html
  "aws:iot/indexingConfiguration:IndexingConfiguration",
  // https://docs.aws.amazon.com/apigateway/latest/api/API_UpdateAccount.html
  "aws:apigateway/account:Account",
  // https://docs.aws.amazon.com/sns/latest/api/API_SetSMSAttributes.html
  "aws:sns/smsPreferences:SmsPreferences",
  // https://docs.aws.amazon.com/glue/latest/webapi/API_PutDataCatalogEncryptionSettings.html
  "aws:glue/dataCatalogEncryptionSettings:DataCatalogEncryptionSettings",
  // https://docs.aws.amazon.com/lake-formation/latest/APIReference/API_PutDataLakeSettings.html
  "aws:lakeformation/dataLakeSettings:DataLakeSettings",
  // https://docs.aws.amazon.com/xray/latest/api/API_PutEncryptionConfig.html
  "aws:xray/encryptionConfig:EncryptionConfig",
  // https://docs.aws.amazon.com/AmazonS3/latest/API/API_control_PutPublicAccessBlock.html
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock",
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_UpdateAccountPasswordPolicy.html
  "aws:iam/accountPasswordPolicy:AccountPasswordPolicy",
  // https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateAccountAlias.html
  "aws:iam/accountAlias:AccountAlias",
];

/** Log groups whose names AWS fixed, with the service that creates them. */
const ownLogGroups: Readonly<Record<string, string>> = {
  // https://docs.aws.amazon.com/iot/latest/developerguide/configure-logging.html
  AWSIotLogs: "AWS IoT",
  AWSIotLogsV2: "AWS IoT",
  // https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Monitoring.OS.html
  RDSOSMetrics: "Amazon RDS",
};

/** Two stacks in one account and region overwrite each other's account-wide settings, or fail to create the same resource. */
export const requireAccountName: ResourceRule = {
  name: "aws-singleton-require-account-name",
  displayName: "Account-wide resources are named as such",
  description:
    "The logical name of a resource that exists once for each account and region begins with `account-`, and no stack owns a log group whose name AWS fixed.",
  area: "lifecycle",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "An account with a single stack has no conflict.",
  },
  framework: wellArchitected.separateWorkloads,
  remediationSteps:
    "Name the resource `account-<what>` and declare it in one stack only. Let the service create a log group of its own, and allow its role to.",
  url: "https://docs.aws.amazon.com/iot/latest/developerguide/configure-logging.html",
  types: [...singletons, "aws:cloudwatch/logGroup:LogGroup"],
  check({ type, name, inputs }, report) {
    if (singletons.includes(type)) {
      if (!name.startsWith("account-"))
        report(
          "Is one setting of the whole account and region, which every other stack overwrites: name it 'account-…', and declare it in one stack only.",
        );
      return;
    }
    const logGroup = inputs.at("name").text() ?? "";
    const owner = Object.hasOwn(ownLogGroups, logGroup) ? ownLogGroups[logGroup] : undefined;
    if (owner !== undefined)
      report(
        `Is the log group of ${owner} for the whole account and region, so a second stack fails to create it: let ${owner} create it.`,
      );
  },
};
