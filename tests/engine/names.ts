import type { Resource } from "./overlay";

/** What names no resource of a stack: what devices call by, AWS's own, and patterns that conditions narrow. */
const others =
  /\$\{|:root$|^alias\/aws\/|^arn:aws:(states:::|iot:[^/]*(:\*$|:topic\/)|kms:.*:key\/\*$|cloudwatch:.*:alarm:.*\*$)/;

/** What stands in an ARN after that of the resource. */
const within = /(:log-stream)?:\*$|(\/\*)+$|\/index\/[^/]+$/;

/** Whatever the inputs name by ARN, queue URL, key alias or alarm dimension although there is no such resource. */
export function danglingNames(resources: Resource[]): string[] {
  const made = resources.filter(({ type }) => type.startsWith("aws:"));
  const known = new Set(
    made.flatMap(({ id, outputs = {} }) => [
      id,
      outputs.name,
      outputs.arn,
      outputs.url,
      outputs.executionArn,
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

const dimensionsOf = (inputs: Resource["inputs"]): Record<string, string> =>
  (inputs?.dimensions ?? {}) as Record<string, string>;
