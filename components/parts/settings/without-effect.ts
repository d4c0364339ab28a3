import * as pulumi from "@pulumi/pulumi";
import type { Known } from "./unknown-keys";

/** Refuses a setting without a value, which Pulumi passes as an empty text. */
export function refuseEmptyValues(given: Readonly<Record<string, string>>, known: Known): void {
  for (const [full, value] of Object.entries(given)) {
    const [namespace = "", key = ""] = full.split(/:(.*)/s);
    if (value === "" && known.get(namespace)?.includes(key))
      throw new pulumi.RunError(
        `Configuration ${full} has no value; give it one, or remove it from Pulumi.${pulumi.getStack()}.yaml.`,
      );
  }
}

/**
 * Warns of settings of integrations that the stack does not have. They are no error, so that an integration can be taken out of a stack
 * for a while.
 */
export function warnOfUnusedKeys(
  keys: readonly string[],
  stems: readonly string[],
  stack: readonly string[],
): void {
  const namespaces = new Set(keys.map((full) => full.split(":")[0]));
  const unused = stems.filter((stem) => namespaces.has(stem) && !stack.includes(stem));
  if (unused.length > 0)
    void pulumi.log.warn(
      `Settings of ${unused.join(", ")} have no effect: ${pulumi.getProject()}:integrations in Pulumi.${pulumi.getStack()}.yaml does not list these integrations.`,
    );
}
