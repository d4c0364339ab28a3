import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import type { RecordedResource } from "../local/program";
import type { Rule } from "../policies/rule";
import { rules } from "../policies/rules";
import { findings } from "../tests/support/policy";
import { atMost, forComparison, type Measurement } from "./line";
import { everything, stack } from "./program";
import { cpuOf } from "./rounds";

/** The rules of the pack, of which none reads anything: what the SDK costs for as many rules of these types. */
const empty: Rule[] = rules.map((rule) =>
  "check" in rule ? { ...rule, check: () => undefined } : { ...rule, checkStack: () => undefined },
);

/** Compares the pack with rules that read nothing, through the handlers of the SDK for requests of the engine, in this process. */
export const policyPack: Measurement = async () => {
  const { resources } = await everything();
  const measure = async (count: number): Promise<Record<"sdk" | "rules", number>> => {
    const some = copies(resources, count);
    const { pack, sdk } = await cpuOf(
      { pack: () => findings(rules, some), sdk: () => findings(empty, some) },
      { rounds: 3 },
    );
    return { sdk: sdk / count, rules: (pack - sdk) / count };
  };
  const [few, many] = [await measure(1_000), await measure(10_000)];
  const what = `policy pack: ${rules.length} rules`;
  return [
    atMost(`${what}, 10,000 resources`, many.rules, 1, "ms per resource above the SDK"),
    forComparison(`${what}, 1,000 resources`, few.rules, "ms per resource above the SDK"),
    forComparison(`${what} that read nothing: the SDK`, many.sdk, "ms per resource"),
    atMost(
      "policy pack: growth from 1,000 to 10,000",
      many.rules / few.rules,
      1.5,
      "x per resource",
    ),
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
