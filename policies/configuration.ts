import { AnalyzerService } from "@pulumi/pulumi/proto/analyzer_grpc_pb";
import type { Rule } from "./rule";

/** The parameters that a stack sets, by rule name, without the enforcement levels. */
export type Configuration = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/**
 * Returns one sentence about a rule or parameter in the configuration that does not exist, or undefined if all of them exist. The engine
 * checks types and ranges against the schemas of the parameters.
 */
export function unknownIn(
  configuration: Configuration,
  rules: readonly Rule[],
): string | undefined {
  const byName = new Map<string, Rule>(rules.map((rule) => [rule.name, rule]));
  for (const [name, settings] of Object.entries(configuration)) {
    // The level of all rules that do not set their own.
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
 * Rejects a configuration that names a rule or parameter that does not exist. The SDK passes each policy only its own settings and ignores
 * settings for unknown policies, so a misspelled name would have no effect and no error. This function therefore checks each request.
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
    // The engine would not receive the message of an error thrown here. It does receive one that is thrown while the SDK reads the request.
    if (sentence)
      request.getPolicyconfigMap = () => {
        throw new Error(sentence);
      };
    return request;
  };
}
