import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { Rule } from "./rule";

/** What a stack sets, by rule: its parameters, without its level. */
export type Configuration = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * One sentence of what a stack sets that does not exist; nothing if all of it does. Types and ranges are the engine's to check, by the
 * parameters' schemas.
 */
export function unknownIn(
  configuration: Configuration,
  rules: readonly Rule[],
): string | undefined {
  const byName = new Map<string, Rule>(rules.map((rule) => [rule.name, rule]));
  for (const [name, settings] of Object.entries(configuration)) {
    // The level of all rules that have none of their own.
    if (name === "all") continue;
    const rule = byName.get(name);
    if (!rule) return `There is no rule ${name}: docs/policies.md lists the rules by name.`;
    const parameters = Object.keys(rule.parameters ?? {});
    const unknown = Object.keys(settings).find((key) => !parameters.includes(key));
    if (unknown === undefined) continue;
    const known = parameters.length === 0 ? "it has none" : `it has ${parameters.join(", ")}`;
    return `Rule ${name} has no parameter ${unknown}: ${known}.`;
  }
  return undefined;
}

/**
 * Refuses a configuration that names what does not exist. The SDK hands a policy its own settings only and passes over those of
 * policies that there are not, so a misspelt name would leave a rule as it is without a word; hence this looks at what arrives.
 */
export function refuseUnknown(rules: readonly Rule[]): void {
  const { configure } = AnalyzerService;
  const deserialize = configure.requestDeserialize;
  configure.requestDeserialize = (bytes) => {
    const request = deserialize(bytes);
    const configuration: Record<string, Record<string, unknown>> = {};
    request.getPolicyconfigMap().forEach((given, name) => {
      configuration[name] = given.getProperties()?.toJavaScript() ?? {};
    });
    const sentence = unknownIn(configuration, rules);
    // An error here would reach the engine without its words; one where the SDK reads the request reaches it whole.
    if (sentence)
      request.getPolicyconfigMap = () => {
        throw new Error(sentence);
      };
    return request;
  };
}
