import { nameInArn } from "./names";
import { once } from "./once";
import type { Place } from "./place";
import type { Resource } from "./resource";
import type { Stack } from "./model";

const keyType = "aws:kms/key:Key";
const aliasType = "aws:kms/alias:Alias";

/** A key of the stack and its aliases. */
export interface UsedKey {
  key: Resource;
  aliases: string[];
}

/**
 * Returns the key that an input names by alias, ARN or ID. If the value is not known yet, returns the key from which it was derived. The
 * ID of a key is never known before the update.
 */
export function keyIn(stack: Stack, by: Resource, place: Place): UsedKey | undefined {
  if (!place.given) return undefined;
  const key = keyNamed(stack, place.peek()) ?? keyAmong(stack, by.sourcesOf(place.input));
  return key && { key, aliases: aliasesByKey(stack).get(key) ?? [] };
}

/** Returns true for an AWS managed key, whose policy cannot be changed. @see https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#aws-managed-key */
export const isAwsKey = (place: Place): boolean => /(^|:)alias\/aws\//.test(place.peek() ?? "");

function keyNamed(stack: Stack, text: string | undefined): Resource | undefined {
  if (text === undefined) return undefined;
  const alias = /(?:^|:)(alias\/.+)/.exec(text)?.[1];
  if (alias?.startsWith("alias/aws/")) return undefined;
  if (alias) return keyOfAlias(stack, stack.named(`key alias ${alias}`));
  return stack.named(nameInArn(text) ?? `key ${text}`);
}

/** Returns undefined for several sources, because the source is ambiguous. */
function keyAmong(stack: Stack, sources: Resource[]): Resource | undefined {
  const keys = new Set(
    sources.flatMap((source) =>
      source.type === keyType ? source : (keyOfAlias(stack, source) ?? []),
    ),
  );
  return keys.size === 1 ? [...keys][0] : undefined;
}

function keyOfAlias(stack: Stack, alias: Resource | undefined): Resource | undefined {
  if (alias?.type !== aliasType) return undefined;
  const target = alias.inputs.at("targetKeyId");
  return (
    alias.sourcesOf("targetKeyId").find(({ type }) => type === keyType) ??
    keyNamed(stack, target.peek()?.startsWith("alias/") ? undefined : target.peek())
  );
}

const aliasesByKey = once((stack: Stack): Map<Resource, string[]> => {
  const byKey = new Map<Resource, string[]>();
  for (const alias of stack.of(aliasType)) {
    const key = keyOfAlias(stack, alias);
    const name = alias.inputs.at("name").peek();
    if (key && name !== undefined) byKey.set(key, [...(byKey.get(key) ?? []), name]);
  }
  return byKey;
});
