import type { Provider } from "@pulumi/pulumi/provider";
import { isDeepStrictEqual } from "node:util";
import { answers } from "./answers";
import { check } from "./check";
import { computedOf } from "./declarations";
import { region } from "./place";
import { marked, unknown } from "./preview";
import { createPropagation } from "./propagation";
import { computed, identity, type Properties } from "./resources";
import { settle } from "./settle";
import { version } from "./package.json";

const propagation = createPropagation();

/**
 * A double of the aws provider, as far as the engine needs it: creates nothing, refuses what the SDK's declarations do not allow, and
 * returns what AWS would compute. At a preview it behaves as the bridged provider does: names and defaults are filled in when
 * inputs are checked, and computed outputs are unknown.
 */
export const provider: Provider = {
  version,

  async check(urn, before: Properties | undefined, inputs: Properties) {
    const type = typeOf(urn);
    return { inputs: settle(urn, type, before ?? {}, inputs), failures: check(type, inputs) };
  },

  async diff(_id, urn, before: Properties, after: Properties) {
    const type = typeOf(urn);
    const removed = Object.keys(before).filter(
      (name) => !(name in after) && !(name in computed(type, before)),
    );
    const changed = Object.keys(after).filter(
      (name) => !isDeepStrictEqual(before[name], after[name]),
    );
    const changes = [...removed, ...changed];
    const isOther = identity(type, before) !== identity(type, after);
    return { changes: changes.length > 0, replaces: isOther ? changes : [] };
  },

  async create(requested, inputs: Properties) {
    const { urn, isPreview } = marked(requested);
    const type = typeOf(urn);
    const { id, ...outputs } = computed(type, inputs);
    if (!isPreview) {
      const refusal = propagation.refusal(type, inputs);
      if (refusal !== undefined) throw new Error(refusal);
      propagation.created(type, inputs);
      return { id, outs: { ...inputs, ...outputs } };
    }
    // Whatever AWS computes is known only after the update, even where a name tells it.
    const later = [...new Set([...Object.keys(outputs), ...computedOf(type)])];
    const unknowns = Object.fromEntries(later.map((name) => [name, unknown]));
    // But for these two, which the provider tells from its own configuration.
    const known = { region, tagsAll: inputs.tags ?? {} };
    const told = Object.entries(known).filter(([name]) => later.includes(name));
    return { id: "", outs: { ...unknowns, ...Object.fromEntries(told), ...inputs } };
  },

  async update(_id, requested, before: Properties, after: Properties) {
    const { urn } = marked(requested);
    const { id: _, ...outputs } = computed(typeOf(urn), before);
    const kept = Object.keys(outputs).map((name) => [name, before[name]]);
    return { outs: { ...Object.fromEntries(kept), ...after } };
  },

  async delete(id, urn, { deletionProtectionEnabled }: Properties) {
    if (deletionProtectionEnabled === true)
      throw new Error(`${typeOf(urn)} ${id} is protected against deletion.`);
  },

  async invoke(token) {
    const outputs = answers[token];
    if (!outputs) {
      throw new Error(
        `The stand-in for the aws provider has no answer to ${token}; add it to answers.ts.`,
      );
    }
    return { outputs };
  },
};

/** `aws:sqs/queue:Queue` from a URN, whose third part lists the types of the parents before it. */
function typeOf(urn: string): string {
  return urn.split("::")[2]?.split("$").pop() ?? "";
}
