import type { Resource } from "./resource";
import type { Stack } from "./stack";

/** The key behind an alias, by what the alias was made from: a key's id is not known before the update. */
export function keyBehind(stack: Stack, alias: string | undefined): Resource | undefined {
  if (!alias?.startsWith("alias/") || alias.startsWith("alias/aws/")) return undefined;
  return stack
    .named(`key alias ${alias}`)
    ?.sourcesOf("targetKeyId")
    .find(({ type }) => type === "aws:kms/key:Key");
}
