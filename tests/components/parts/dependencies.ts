import * as assert from "node:assert/strict";
import type { Made } from "../../support/deploy";

/** Names of the resources that one waits for, sorted; its parent is not among them. */
export function dependenciesOf(made: Made, type: string, name?: string): string[] {
  const found = made.resources.find(
    (one) => one.type === type && (name === undefined || one.name === name),
  );
  assert.ok(found, `No ${type} ${name ?? ""}`);
  return found.dependencies.map((urn) => urn.split("::").pop() ?? "").sort();
}
