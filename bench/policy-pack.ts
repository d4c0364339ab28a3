import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { RecordedResource } from "../local/program";
import { wellArchitected } from "../policies/frameworks";
import type { Rule } from "../policies/rule";
import { rules } from "../policies/rules";
import { findings } from "../tests/support/policy";
import { atMost, forComparison, type Measurement } from "./line";
import { everything, place } from "./program";
import { cpuOf } from "./rounds";

const nothing = {
  displayName: "Nothing",
  description: "Nothing has to be so.",
  area: "validation",
  severity: "low",
  recommended: { level: "advisory", because: "It finds nothing." },
  framework: wellArchitected.leastPrivilege,
  remediationSteps: "Nothing.",
  url: "https://docs.aws.amazon.com/",
} as const;

/** What the SDK itself costs: a policy for each resource and one for all, which look at nothing. */
const empty: Rule[] = [
  { ...nothing, name: "bench-forbid-nothing", types: ["a", "b"], check: () => undefined },
  { ...nothing, name: "bench-require-nothing", checkStack: () => undefined },
];

/** The whole pack beside an empty one, through the SDK's own handlers for the engine's requests, in this process. */
export const policyPack: Measurement = async () => {
  const { resources } = await everything();
  const [few, many] = [copies(resources, 1_000), copies(resources, 10_000)];
  const above = async (some: RecordedResource[]): Promise<number> => {
    const { pack, floor } = await cpuOf(
      { pack: () => findings(rules, some), floor: () => findings(empty, some) },
      { rounds: 3 },
    );
    return (pack - floor) / some.length;
  };
  const [ofFew, ofMany] = [await above(few), await above(many)];
  const what = `policy pack: ${rules.length} rules`;
  return [
    atMost(`${what}, 10,000 resources`, ofMany, 1, "ms per resource above an empty pack"),
    forComparison(`${what}, 1,000 resources`, ofFew, "ms per resource above an empty pack"),
    atMost("policy pack: growth from 1,000 to 10,000", ofMany / ofFew, 1.5, "x per resource"),
  ];
};

/** As many resources, in copies of the program that differ in their stack's name. */
function copies(resources: RecordedResource[], count: number): RecordedResource[] {
  const own = new RegExp(
    `(${place.project.replaceAll("-", "[-_]")}[-_]|::?)${place.stack}\\b`,
    "g",
  );
  const texts = resources.map(({ inputs, ...others }) =>
    JSON.stringify({ ...others, inputs: inputs.toJavaScript(), plain: {} }),
  );
  return Array.from({ length: count }, (_, nth) => {
    const copy = `$1${place.stack}${Math.floor(nth / texts.length)}`;
    const text = texts[nth % texts.length] ?? "";
    const { inputs, ...others } = JSON.parse(text.replace(own, copy)) as RecordedResource;
    return {
      ...others,
      inputs: Struct.fromJavaScript(inputs as unknown as Record<string, JavaScriptValue>),
    };
  });
}
