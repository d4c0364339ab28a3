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
  for (const full of keys) {
    const [stem = ""] = full.split(":");
    if (stems.includes(stem) && !stack.includes(stem))
      void pulumi.log.warn(
        `Configuration ${full} has no effect, since ${pulumi.getProject()}:integrations does not list ${stem}: add it, or remove the setting from Pulumi.${pulumi.getStack()}.yaml.`,
      );
  }
}
