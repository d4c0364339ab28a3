import * as pulumi from "@pulumi/pulumi";
import { distance } from "fastest-levenshtein";

/** The settings that a program reads: their keys by namespace. */
export type Known = ReadonlyMap<string, readonly string[]>;

/** Keys that have another name now, each with its new one, namespace included. */
export type Renamed = Readonly<Record<string, string>>;

/** Namespaces of Pulumi and of providers that are spelt much like another one. */
const others = ["awsx", "aws-native", "pulumi"];

/**
 * Refuses a key that the program does not read, in one of its namespaces or in one that is spelt much like them, and names the setting
 * that the key most resembles. So is the name of a setting in a namespace that the program does not have. Other keys in other namespaces,
 * such as those of providers, pass.
 */
export function refuseUnknownKeys(keys: readonly string[], known: Known, renamed: Renamed): void {
  for (const full of keys) {
    const [namespace = "", key = ""] = full.split(/:(.*)/s);
    if (known.get(namespace)?.includes(key)) continue;
    if (others.includes(namespace)) continue;
    const meant = known.has(namespace)
      ? namespace
      : (nearest(namespace, [...known.keys()]) ?? homeOf(key, known));
    if (meant === undefined) continue;
    throw new pulumi.RunError(
      `Configuration ${full} is not a setting; ${former(key, renamed) ?? suggestion(meant, key, known)} Correct it in Pulumi.${pulumi.getStack()}.yaml.`,
    );
  }
}

/** The namespace of a setting; undefined if none has this name, or if other providers have keys of that name, too, such as `region`. */
const homeOf = (key: string, known: Known): string | undefined =>
  known.get("aws")?.includes(key)
    ? undefined
    : [...known.keys()].find((home) => known.get(home)?.includes(key));

const former = (key: string, renamed: Renamed): string | undefined =>
  Object.hasOwn(renamed, key) ? `did you mean ${renamed[key]}?` : undefined;

function suggestion(namespace: string, key: string, known: Known): string {
  const own = known.get(namespace) ?? [];
  const all = [...known.values()].flat();
  // Settings of integrations may be sought in the project's namespace, but not those of one integration in another's.
  const elsewhere = namespace === pulumi.getProject() ? all : [];
  // A key of this name in another namespace comes before a similar one in this.
  const meant = all.includes(key) ? key : (nearest(key, own) ?? nearest(key, elsewhere));
  if (meant === undefined) return `${namespace} has ${own.join(", ") || "no settings"}.`;
  const homes = [...known.keys()].filter((home) => known.get(home)?.includes(meant));
  return `did you mean ${homes.includes(namespace) ? namespace : homes[0]}:${meant}?`;
}

/** The word with the smallest edit distance, ignoring case, up to a third of its length. */
export function nearest(word: string, words: readonly string[]): string | undefined {
  return words
    .map((candidate) => ({
      candidate,
      edits: distance(word.toLowerCase(), candidate.toLowerCase()),
    }))
    .filter(({ candidate, edits }) => edits <= Math.floor(candidate.length / 3))
    .sort((a, b) => a.edits - b.edits)[0]?.candidate;
}
