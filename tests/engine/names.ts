import type { Resource } from "./overlay";

/**
 * Names that are not resources of a stack: topics of devices, AWS's own resources, secrets that AWS writes, and patterns of ids that AWS
 * makes up.
 */
const others =
  /\$\{|:root$|^alias\/aws\/|^arn:aws:(states:::|iot:[^/]*(:\*$|:topic\/)|kms:.*:key\/\*$|cloudwatch:.*:alarm:.*\*$|logs:.*:log-group:AWSIotLogsV2(:|$)|ecs:[^/]*:\*$|ec2:.*:(network-interface|security-group|subnet)\/\*$|secretsmanager:.*:secret:READONLY-InfluxDB-auth-parameters-|glue:[^/]*:catalog$|grafana:[^/]*:\/workspaces\/\*$|logs:.*:log-group:\/aws\/lambda\/[^:]*-\*(:|$)|s3:::models-of-another-account\/|ecr:.*:repository\/|sagemaker:[^/]*:\*$|sagemaker:.*\/pipelines-\*$|logs:.*:log-group:\/aws\/sagemaker\/\w+Jobs(:|$)|redshift-serverless:.*:workgroup\/\*$)/;

/** The part of an ARN after that of the resource: log streams, objects of a bucket, indexes. */
const within = /(:log-stream)?:\*$|(?<=^arn:aws:s3:::[^/]+)\/.*$|(\/\*)+$|\/index\/[^/]+$/;

/** Names in the inputs (ARN, queue URL, key alias, alarm dimension) without a resource. */
export function danglingNames(resources: Resource[]): string[] {
  const made = resources.filter(({ type }) => type.startsWith("aws:"));
  const known = new Set(
    made.flatMap(({ id, outputs = {} }) => [
      id,
      outputs.name,
      outputs.arn,
      // The six random characters at the end of a secret's ARN, as policies name it before it exists.
      String(outputs.arn).replace(/(:secret:.*-)\w{6}$/, "$1??????"),
      // Of a published version of a function.
      outputs.qualifiedArn,
      // Functions at the edge log in every region.
      String(outputs.arn).replace(/^(arn:aws:logs):[^:]+:/, "$1:*:"),
      outputs.url,
      outputs.executionArn,
      outputs.adminPasswordSecretArn,
    ]),
  );
  const called = JSON.stringify(made.map(({ inputs }) => inputs)).match(
    /(arn:aws:|https:\/\/sqs|alias\/)[^"'\\]+/g,
  );
  const watched = made.flatMap(({ inputs }) => Object.values(dimensionsOf(inputs)));
  return [
    ...(called ?? []).filter((text) => !others.test(text)).map((text) => text.replace(within, "")),
    ...watched,
  ].filter((name) => !known.has(name));
}

/** Without the variant of an endpoint and the Region of a distribution, which are no resources. */
function dimensionsOf(inputs: Resource["inputs"]): Record<string, string> {
  const {
    VariantName: _,
    Region: __,
    ...named
  } = (inputs?.dimensions ?? {}) as Record<string, string>;
  return named;
}
