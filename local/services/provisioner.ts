import type { Resource, Unwrap } from "@pulumi/pulumi";
import type { Clients } from "../aws/clients";
import type { CreatedResource, RecordedResource } from "../program";

/** What a provisioner may use. `Services` are the parts of the local run that it needs, each with its own type. */
export interface Context<Services = unknown> {
  clients: Clients;
  /** The project's folder, in which archives are packed. */
  directory: string;
  services: Services;
  /** Reports, once per sentence, what a setting does on AWS and does not do here. */
  notHonoured: (sentence: string) => void;
}

/** Creates one resource of one type, from the inputs that the program gave it. */
export type Provisioner<Services = unknown> = (
  resource: RecordedResource,
  context: Context<Services>,
) => Promise<CreatedResource>;

/** Provisioners by Pulumi's type token, such as `aws:sqs/queue:Queue`. */
export type Provisioners<Services = unknown> = Readonly<Record<string, Provisioner<Services>>>;

/** The provider's argument type with every input known and plain. */
export type Inputs<Args, Needed extends keyof Args = never> = Unwrap<Args> & {
  [Name in Needed]-?: NonNullable<Unwrap<Args[Name]>>;
};

/**
 * Returns the inputs of a resource, typed by the provider's own argument type.
 * Throws one sentence if an input of `needed` is missing, such as a name that only the provider could generate.
 */
export function inputsOf<Args, Needed extends keyof Args = never>(
  { type, name, plain }: RecordedResource,
  ...needed: Needed[]
): Inputs<Args, Needed> {
  const missing = needed.find((input) => plain[input as string] === undefined);
  if (missing !== undefined)
    throw new Error(
      `${type} ${name} has no ${String(missing)}, and the local run generates none; set it.`,
    );
  return plain as Inputs<Args, Needed>;
}

/** A policy document as text, which the provider also takes as an object. */
export const documentOf = (policy: string | object): string =>
  typeof policy === "string" ? policy : JSON.stringify(policy);

/** The name, id or ARN where the provider also takes a resource. Throws one sentence for a resource. */
export function referenceOf(reference: string | Resource): string {
  if (typeof reference === "string") return reference;
  throw new Error(
    "An input is a resource, and the local run reads names, ids and ARNs only; pass one of those.",
  );
}

/** Tags in the form that most APIs take. */
export const tagList = (
  tags: Record<string, string> | undefined,
): { Key: string; Value: string }[] =>
  Object.entries(tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
