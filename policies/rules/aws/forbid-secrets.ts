import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import type { Place } from "../../stack/place";

/** Names that hold secrets; what ends in ARN, NAME, ID, URL or PATH says where one is. */
const secret = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$/i;
/** Inputs that take a secret in clear, each with the input that takes the place of one instead. */
const inClear: Record<string, Record<string, string>> = {
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": {
    "splunkConfiguration.hecToken": "splunkConfiguration.secretsManagerConfiguration",
    "httpEndpointConfiguration.accessKey": "httpEndpointConfiguration.secretsManagerConfiguration",
    "redshiftConfiguration.password": "redshiftConfiguration.secretsManagerConfiguration",
    "snowflakeConfiguration.privateKey": "snowflakeConfiguration.secretsManagerConfiguration",
  },
  "aws:redshift/cluster:Cluster": { masterPassword: "manageMasterPassword" },
  "aws:redshiftserverless/namespace:Namespace": { adminUserPassword: "manageAdminPassword" },
  "aws:rds/instance:Instance": { password: "manageMasterUserPassword" },
};
/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
const accessKey = /\b(AKIA|ASIA)[A-Z2-7]{16}\b/;

/** Everyone who may describe the resource can read its inputs and environment variables. */
export const forbidSecrets: ResourceRule = {
  name: "aws-resource-forbid-secrets-in-clear",
  displayName: "Secrets stand in Secrets Manager",
  description: "No environment variable and no input holds a secret.",
  area: "encryption",
  severity: "critical",
  recommended: {
    level: "mandatory",
    because: "A secret in clear is readable by everyone who may describe the resource.",
  },
  framework: wellArchitected.secrets,
  remediationSteps:
    "Put the secret into Secrets Manager, hand over its ARN or name, and read it at run time; let AWS manage passwords where it can.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html",
  types: [
    "aws:lambda/function:Function",
    "aws:ecs/taskDefinition:TaskDefinition",
    ...Object.keys(inClear),
  ],
  check({ type, inputs }, report) {
    const variables = variablesOf(inputs.at("environment", "variables"));
    const containers = inputs.at("containerDefinitions").json();
    for (const [name, value] of [...variables, ...variablesIn(containers)])
      if (secret.test(name) && value.given && value.isKnown() && !value.peek()?.startsWith("arn:"))
        report(`Environment variable ${name} holds a secret: hand over the ARN of one.`);
    for (const [name, value] of variables)
      if (value.peek()?.match(accessKey))
        report(`Environment variable ${name} holds an access key: give the function a role.`);
    if (inputs.at("containerDefinitions").peek()?.match(accessKey))
      report("A container definition holds an access key: give the task a role.");
    for (const [path, instead] of Object.entries(inClear[type] ?? {}))
      if (inputs.at(...path.split(".")).given) report(`${path} holds a secret: use ${instead}.`);
  },
};

type Variable = [name: string, value: Place];

const variablesOf = (place: Place): Variable[] =>
  place.keys().map((name): Variable => [name, place.at(name)]);

/** A container's are a list. @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
const variablesIn = (containers: Place): Variable[] =>
  containers
    .items()
    .flatMap((container) => container.at("environment").items())
    .map((one): Variable => [one.at("name").text() ?? "", one.at("value")]);
