import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface DeclaredArgs {
  /** The type in CloudFormation, whose schema has tags as a list of keys and values. */
  typeName: `AWS::${string}`;
  /** The properties of the type, without tags. */
  state: Record<string, unknown>;
}

/**
 * Creates a resource through Cloud Control, with the default tags of the stack: the provider adds them to resources of its own types, and
 * passes what a program declares here to AWS as it is.
 * @see https://www.pulumi.com/registry/packages/aws/api-docs/cloudcontrol/resource/
 * @see https://www.pulumi.com/registry/packages/aws/installation-configuration/
 */
export function declaredResource(
  name: string,
  { typeName, state }: DeclaredArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudcontrol.Resource {
  const tags = Object.entries(defaultTags()).map(([Key, Value]) => ({ Key, Value }));
  return new aws.cloudcontrol.Resource(
    name,
    {
      typeName,
      desiredState: pulumi.jsonStringify({ ...state, ...(tags.length > 0 && { Tags: tags }) }),
    },
    opts,
  );
}

/** `aws:defaultTags` of the stack's configuration. */
const defaultTags = (): Record<string, string> =>
  new pulumi.Config("aws").getObject<{ tags?: Record<string, string> }>("defaultTags")?.tags ?? {};
