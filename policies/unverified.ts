import type { Resource } from "./stack/resource";

/** An input that is not known before the update, and the rules that depend on it. */
interface Unknown {
  resource: Resource;
  input: string;
  rules: Set<string>;
}

/** Collects the inputs that the rules could not read: one line for each resource and input, not for each rule. */
export class Unverified {
  private readonly byInput = new Map<string, Unknown>();

  /** Records the path of a value that a rule required. */
  note(rule: string, resource: Resource, path: string): void {
    const input = path.replace(/[.[].*/, "");
    const key = `${resource.urn} ${input}`;
    const noted = this.byInput.get(key);
    if (noted) noted.rules.add(rule);
    else this.byInput.set(key, { resource, input, rules: new Set([rule]) });
  }

  /** Returns one sentence for each input, ordered by resource name. */
  lines(): [resource: Resource, sentence: string][] {
    return [...this.byInput.values()]
      .sort((a, b) => order(a.resource.urn, b.resource.urn) || order(a.input, b.input))
      .map(({ resource, input, rules }) => {
        const names = [...rules].sort();
        const depend = names.length === 1 ? "1 rule depends" : `${names.length} rules depend`;
        return [
          resource,
          `'${input}' of '${resource.name}' is not known before the update, and ${depend} on it: ${names.join(", ")}.`,
        ];
      });
  }
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
