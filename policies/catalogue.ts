import * as fs from "node:fs";
import * as path from "node:path";
import type { Parameter } from "./parameters";
import type { Area, Rule } from "./rule";
import { rules } from "./rules";
import { withWaivers } from "./policies";

/** The page that contains the catalogue, between two marker comments. */
export const page = path.join(__dirname, "../docs/policies.md");

const [begin, end] = ["<!-- rules: begin -->", "<!-- rules: end -->"];

/** Returns the page with its catalogue replaced by the catalogue of the given rules. */
export function withCatalogue(text: string, some: readonly Rule[]): string {
  const [before, rest = ""] = text.split(begin);
  const after = rest.split(end)[1] ?? "\n";
  return `${before ?? ""}${begin}\n\n${catalogue(some)}\n${end}${after}`;
}

/** The metadata of the rules, grouped by area. */
function catalogue(some: readonly Rule[]): string {
  const areas = new Map<Area, Rule[]>();
  for (const rule of some) areas.set(rule.area, [...(areas.get(rule.area) ?? []), rule]);
  return [...areas]
    .map(([area, those]) => `### ${capital(area)}\n\n${those.map(entry).join("\n")}`)
    .join("\n");
}

const entry = (rule: Rule): string =>
  [
    `- **${rule.name}** (${rule.severity}, [${rule.framework.reference}](${rule.url})): ${rule.description}`,
    `  ${rule.remediationSteps}`,
    "",
    `  Profile recommended: ${rule.recommended.level}. ${rule.recommended.because} Profile strict: mandatory.`,
    ...Object.entries(rule.parameters ?? {}).map(parameter),
    "",
  ].join("\n");

function parameter([name, { description, minimum, maximum, default: usual }]: [
  string,
  Parameter,
]): string {
  const range = minimum === undefined ? "" : `, ${minimum} to ${maximum}`;
  return `  - \`${name}\`: ${description} Default \`${JSON.stringify(usual)}\`${range}.`;
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);

/** All rules of the pack, without waivers. */
export const allRules = (): Rule[] => withWaivers(rules, { waivers: [], today: "" });

if (require.main === module)
  fs.writeFileSync(page, withCatalogue(fs.readFileSync(page, "utf8"), allRules()));
