import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import type { Place } from "../../stack/place";

/** Names of variables that contain secrets. A name that ends in ARN, NAME, ID, URL or PATH refers to the location of a secret. */
const secret = /(PASSWORD|PASSWD|SECRET|TOKEN|API_?KEY|PRIVATE_?KEY|CREDENTIALS?)$/i;
/** Inputs that take a secret in plaintext, each with the input that references a stored secret instead. */
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
  "aws:secretsmanager/secretVersion:SecretVersion": {
    secretBinary: "secretStringWo",
    secretString: "secretStringWo",
  },
};
/** @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html */
const accessKey = /\b(AKIA|ASIA)[A-Z2-7]{16}\b/;

/** Any principal that can describe the resource can read its inputs and environment variables. */
export const forbidSecrets: ResourceRule = {
  name: "aws-resource-forbid-secrets-in-clear",
  displayName: "Secrets are stored in Secrets Manager",
  description: "No environment variable and no input contains a secret in plaintext.",
  area: "encryption",
  severity: "critical",
  recommended: {
    level: "mandatory",
    because: "Any principal that can describe the resource can read a plaintext secret.",
  },
  framework: wellArchitected.secrets,
  remediationSteps:
    "Store the secret in Secrets Manager, pass its ARN or name, and read it at run time; use AWS managed passwords where the service supports them.",
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
        report(
          `Environment variable ${name} contains a secret: pass the ARN of a Secrets Manager secret instead.`,
        );
    for (const [name, value] of variables)
      if (value.peek()?.match(accessKey))
        report(
          `Environment variable ${name} contains an access key: use the function's execution role.`,
        );
    if (inputs.at("containerDefinitions").peek()?.match(accessKey))
      report("A container definition contains an access key: use a task role.");
    for (const [path, instead] of Object.entries(inClear[type] ?? {}))
      if (inputs.at(...path.split(".")).given) report(`${path} contains a secret: use ${instead}.`);
  },
};

type Variable = [name: string, value: Place];

const variablesOf = (place: Place): Variable[] =>
  place.keys().map((name): Variable => [name, place.at(name)]);

/** The environment variables of a container are a list. @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html */
const variablesIn = (containers: Place): Variable[] =>
  containers
    .items()
    .flatMap((container) => container.at("environment").items())
    .map((one): Variable => [one.at("name").text() ?? "", one.at("value")]);
