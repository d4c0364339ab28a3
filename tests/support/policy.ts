import type {
  AnalyzeRequest,
  AnalyzeResponse,
  AnalyzeStackRequest,
} from "@pulumi/pulumi/proto/analyzer_pb";
import { unknownCheckingProxy, type Policies } from "@pulumi/policy";
import * as deserialize from "@pulumi/policy/deserialize";
import * as server from "@pulumi/policy/server";
import { Struct, type JavaScriptValue } from "google-protobuf/google/protobuf/struct_pb";
import { findingOf, type Finding } from "../../local/policy-check/finding";
import { resourceRequest, stackRequest } from "../../local/policy-check/requests";
import type { RecordedResource } from "../../local/program";
import { wellArchitected } from "../../policies/frameworks";
import { GivenInputs } from "../../policies/given-inputs";
import type { Ledger } from "../../policies/ledger";
import { defaultsOf, type Settings } from "../../policies/parameters";
import { asPolicy } from "../../policies/policy";
import type { Rule } from "../../policies/rule";
import { Place } from "../../policies/stack/place";
import type { Resource } from "../../policies/stack/resource";
import { stackOf } from "../../policies/stack/stack";

/** The engine's encoding of a text that is known only after the update. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** A resource as a spec writes it. */
export interface Given {
  type: string;
  /** @default "it" */
  name?: string;
  inputs: Record<string, unknown>;
  /** The names of the resources that an input was made from. */
  madeFrom?: Record<string, string[]>;
  /** The names of the resources that have to exist before it. */
  dependsOn?: string[];
  /** Outputs that the program did not give, which the engine hands over as unknown once the program has ended. */
  computed?: string[];
}

const noWaivers: Ledger = { waivers: [], today: "2026-11-24" };

type Handler<Request> = (
  call: { request: Request },
  callback: (error: Error | undefined, answer: AnalyzeResponse) => void,
) => void;

/** The SDK's own handlers, which its types leave out: with them the real proxy and its real downgrade are in play. */
const { makeAnalyzeRpcFun, makeAnalyzeStackRpcFun } = server as unknown as {
  makeAnalyzeRpcFun: Make<AnalyzeRequest>;
  makeAnalyzeStackRpcFun: Make<AnalyzeStackRequest>;
};
const { deserializeProperties } = deserialize as unknown as {
  deserializeProperties: (inputs: Struct, secrets: boolean) => object;
};
type Make<Request> = (
  pack: string,
  version: string,
  level: string,
  policies: Policies,
) => Handler<Request>;

/** All findings about resources, in the order in which the engine would receive them. */
export async function findings(
  rules: readonly Rule[],
  resources: RecordedResource[],
  ledger = noWaivers,
): Promise<Finding[]> {
  const policies = rules.map((rule) => asPolicy(rule, ledger));
  const one = makeAnalyzeRpcFun("pack", "1.0.0", "mandatory", policies);
  const all = makeAnalyzeStackRpcFun("pack", "1.0.0", "mandatory", policies);
  const found: Finding[] = [];
  for (const resource of resources) {
    const answer = await answered(one, resourceRequest(resource));
    found.push(...answer.getDiagnosticsList().map((said) => findingOf(said, resource.urn)));
  }
  const answer = await answered(all, stackRequest(resources.map(withOutputs)));
  return [...found, ...answer.getDiagnosticsList().map((said) => findingOf(said, ""))];
}

/** What a resource has besides its inputs while it is previewed. */
const outputs = new WeakMap<RecordedResource, Record<string, unknown>>();

const withOutputs = (resource: RecordedResource): RecordedResource => {
  const more = outputs.get(resource);
  if (!more) return resource;
  const all = { ...more, ...resource.plain } as Record<string, JavaScriptValue>;
  return { ...resource, inputs: Struct.fromJavaScript(all) };
};

const answered = <Request>(handler: Handler<Request>, request: Request): Promise<AnalyzeResponse> =>
  new Promise((resolve, reject) =>
    handler({ request }, (error, answer) => (error ? reject(error) : resolve(answer))),
  );

/**
 * The same in one go, past the SDK's handlers but with its values: for suites that run every rule many times. Advisory lines are left
 * out.
 */
export function directly(
  rules: readonly Rule[],
  resources: RecordedResource[],
  /** Those that rules about one resource look at. @default all */
  changed: (resource: RecordedResource) => boolean = () => true,
): string[] {
  const stack = stackOf(seen(resources, placeOf));
  const urns = new Set(resources.filter(changed).map(({ urn }) => urn));
  const lines: string[] = [];
  for (const rule of rules) {
    const add = (resource: Resource, sentence: string) =>
      lines.push(`${rule.name} ${resource.name}: ${sentence}`);
    const settings = defaultsOf(rule);
    if ("checkStack" in rule) rule.checkStack(stack, Object.assign(add, silent), settings);
    else
      for (const resource of stack.of(...rule.types).filter(({ urn }) => urns.has(urn)))
        rule.check(
          resource,
          Object.assign((sentence: string) => add(resource, sentence), silent),
          settings,
        );
  }
  return lines;
}

const silent = { undecided: (): void => undefined, advise: (): void => undefined };

const proxied = unknownCheckingProxy as (inputs: object) => object;
const places = new WeakMap<RecordedResource, Place>();

/** The inputs of a resource as the SDK passes them to rules, without the proxy that refuses unknown values. */
export const inputsOf = ({ inputs }: RecordedResource): object =>
  deserializeProperties(inputs, false);

/** These inputs as rules read them. */
export const placeIn = (inputs: object): Place => Place.of(proxied(inputs), () => undefined);

/** Read once: most suites change one resource of many. */
function placeOf(resource: RecordedResource): Place {
  let place = places.get(resource);
  if (!place) {
    place = placeIn(inputsOf(resource));
    places.set(resource, place);
  }
  return place;
}

/** The resources of a program as rules see them. */
export function seen(
  resources: RecordedResource[],
  placeOf: (resource: RecordedResource) => Place,
): Resource[] {
  const byUrn = new Map<string, Resource>();
  return resources.map((recording) => {
    const { type, name, urn, dependencies, propertyDependencies } = recording;
    const resource: Resource = {
      type,
      name,
      urn,
      inputs: placeOf(recording),
      dependencies,
      sourcesOf: (input) =>
        (propertyDependencies[input] ?? []).flatMap((one) => byUrn.get(one) ?? []),
    };
    byUrn.set(urn, resource);
    return resource;
  });
}

/** The findings of one rule about resources, as `<name>: <sentence>`; advisory lines are marked. */
export const said = (rule: Rule, ...given: Given[]): Promise<string[]> =>
  saidWith(noWaivers, rule, ...given);

/** The same where the pack remembers which inputs the program gave. */
export const saidAfter = (rule: Rule, ...given: Given[]): Promise<string[]> =>
  saidWith({ ...noWaivers, given: new GivenInputs() }, rule, ...given);

async function saidWith(ledger: Ledger, rule: Rule, ...given: Given[]): Promise<string[]> {
  // The first one sees every resource before it is made, as some rules of the pack do.
  const found = await findings(ledger.given ? [seesAll, rule] : [rule], recorded(given), ledger);
  return found.map(({ level, message, urn }) => {
    const sentence = message.replace(`${rule.description}\n`, "");
    return `${level === "advisory" ? "advisory " : ""}${urn.split("::").pop()}: ${sentence}`;
  });
}

const seesAll: Rule = {
  name: "test-require-nothing",
  displayName: "Nothing",
  description: "Nothing is required.",
  area: "validation",
  severity: "low",
  recommended: { level: "advisory", because: "It finds nothing." },
  framework: wellArchitected.leastPrivilege,
  remediationSteps: "Nothing.",
  url: "https://docs.aws.amazon.com/x.html",
  types: ["none", "other"],
  check: () => undefined,
};

/** The rule as it is where a stack sets these parameters. */
export const configured = <R extends Rule>(rule: R, settings: Settings): R => ({
  ...rule,
  parameters: Object.fromEntries(
    Object.entries(rule.parameters ?? {}).map(([name, parameter]) => [
      name,
      { ...parameter, default: settings[name] ?? parameter.default },
    ]),
  ),
});

export function recorded(given: Given[]): RecordedResource[] {
  const urnOf = (type: string, name: string) => `urn:pulumi:test::test::${type}::${name}`;
  const urns = new Map(given.map(({ type, name = "it" }) => [name, urnOf(type, name)]));
  return given.map(
    ({ type, name = "it", inputs, madeFrom = {}, dependsOn = [], computed = [] }) => {
      const resource: RecordedResource = {
        type,
        name,
        urn: urnOf(type, name),
        custom: true,
        parent: "",
        inputs: Struct.fromJavaScript(inputs as Record<string, JavaScriptValue>),
        plain: inputs,
        dependencies: dependsOn.map((one) => urns.get(one) ?? one),
        propertyDependencies: Object.fromEntries(
          Object.entries(madeFrom).map(([input, names]) => [
            input,
            names.map((one) => urns.get(one) ?? one),
          ]),
        ),
      };
      if (computed.length > 0)
        outputs.set(resource, Object.fromEntries(computed.map((output) => [output, unknown])));
      return resource;
    },
  );
}
