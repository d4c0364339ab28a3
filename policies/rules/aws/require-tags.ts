import * as fs from "node:fs";
import * as path from "node:path";
import { wellArchitected } from "../../frameworks";
import { names } from "../../parameters";
import type { StackRule } from "../../rule";
import type { Stack } from "../../stack/stack";

/** Made by policies/data/taggable.ts. */
const taggable = Object.entries(
  JSON.parse(
    fs.readFileSync(path.join(__dirname, "../../data/taggable-types.json"), "utf8"),
  ) as Record<string, string>,
).flatMap(([module, types]) => types.split(" ").map((type) => `aws:${module}/${type}`));

/** Who pays for a resource, and whom to ask about it, stands in its tags or nowhere. */
export const requireTags: StackRule = {
  name: "aws-resource-require-tags",
  displayName: "Resources carry the tags that the stack asks for",
  description: "Whatever takes tags has each of those that the stack's policy configuration names.",
  area: "documentation",
  severity: "low",
  recommended: {
    level: "mandatory",
    because: "It asks only for tags that the stack itself names.",
  },
  framework: wellArchitected.costAllocation,
  remediationSteps:
    "Set the tags on the resource, or once for all of them in aws:defaultTags, the provider's configuration.",
  url: "https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/building-your-tagging-strategy.html",
  parameters: { keys: names("Keys of the tags that everything has to carry.") },
  checkStack(stack, report, { keys }: { keys: readonly string[] }) {
    if (keys.length === 0) return;
    const usual = defaultTags(stack);
    if (!usual) return;
    for (const resource of stack.of(...taggable)) {
      const { inputs } = resource;
      const [own, all] = [inputs.at("tags"), inputs.at("tagsAll")];
      if (own.isUnknown || all.isUnknown) {
        [own, all].forEach((place) => place.isKnown());
        continue;
      }
      const given = new Set([...usual, ...own.keys(), ...all.keys()]);
      const missing = keys.filter((key) => !given.has(key));
      if (missing.length > 0)
        report(resource, `Lacks ${missing.join(", ")}: set tags, or the provider's defaultTags.`);
    }
  },
};

/** Those that every AWS provider of the stack gives to what it makes; nothing if that is not known yet, which is noted. */
function defaultTags(stack: Stack): string[] | undefined {
  const places = stack
    .of("pulumi:providers:aws")
    .map(({ inputs }) => inputs.at("defaultTags").json().at("tags"));
  if (places.some((place) => !place.isKnown())) return undefined;
  const tags = places.map((place) => place.keys());
  return tags.flat().filter((key) => tags.every((keys) => keys.includes(key)));
}
