import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { RecordedResource } from "../local/program";
import { wellArchitected } from "../policies/frameworks";
import type { Rule } from "../policies/rule";
import { rules } from "../policies/rules";
import { findings } from "../tests/support/policy";
import { atMost, forComparison, type Measurement } from "./line";
import { everything, stack } from "./program";
import { cpuOf } from "./rounds";

const nothing = {
  displayName: "Nothing",
  description: "Requires nothing.",
  area: "validation",
  severity: "low",
  recommended: { level: "advisory", because: "It finds nothing." },
  framework: wellArchitected.leastPrivilege,
  remediationSteps: "Nothing.",
  url: "https://docs.aws.amazon.com/",
} as const;

/** One policy per resource and one per stack that read nothing: what the SDK costs. */
const empty: Rule[] = [
  { ...nothing, name: "bench-forbid-nothing", types: ["a", "b"], check: () => undefined },
  { ...nothing, name: "bench-require-nothing", checkStack: () => undefined },
];

/** Compares the pack with an empty pack, through the handlers of the SDK for requests of the engine, in this process. */
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

/** The given number of resources, from copies of the program that differ in the name of the stack. */
function copies(resources: RecordedResource[], count: number): RecordedResource[] {
  const own = new RegExp(
    `(${stack.project.replaceAll("-", "[-_]")}[-_]|::?)${stack.stack}\\b`,
    "g",
  );
  const texts = resources.map(({ inputs, ...others }) =>
    JSON.stringify({ ...others, inputs: inputs.toJavaScript(), plain: {} }),
  );
  return Array.from({ length: count }, (_, nth) => {
    const copy = `$1${stack.stack}${Math.floor(nth / texts.length)}`;
    const text = texts[nth % texts.length] ?? "";
    const { inputs, ...others } = JSON.parse(text.replace(own, copy)) as RecordedResource;
    return {
      ...others,
      inputs: Struct.fromJavaScript(inputs as unknown as Record<string, JavaScriptValue>),
    };
  });
}
