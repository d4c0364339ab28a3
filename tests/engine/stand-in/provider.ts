import type { Provider } from "@pulumi/pulumi/provider";
import { isDeepStrictEqual } from "node:util";
import { answers } from "./answers";
import { check } from "./check";
import { computed, identity, type Properties } from "./resources";
import { version } from "./package.json";

/**
 * The aws provider as far as the engine needs it: it creates nothing, refuses what the SDK's declarations do not allow, and
 * hands back what AWS would compute.
 */
export const provider: Provider = {
  version,

  async check(urn, _before, inputs: Properties) {
    return { inputs, failures: check(typeOf(urn), inputs) };
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

  async create(urn, inputs: Properties) {
    const { id, ...outputs } = computed(typeOf(urn), inputs);
    return { id, outs: { ...inputs, ...outputs } };
  },

  async update(_id, urn, before: Properties, after: Properties) {
    const kept = Object.keys(computed(typeOf(urn), before)).map((name) => [name, before[name]]);
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
