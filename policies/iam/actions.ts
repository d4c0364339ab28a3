import * as fs from "node:fs";
import * as path from "node:path";
import { isNamedBy, matchesPattern } from "../../iam";

/** What AWS says about one action. */
export interface Action {
  /** By its full name, in AWS's own spelling. */
  name: string;
  /** What it can be limited to; none if `*` is the only resource it takes. */
  types: { name: string; arn: string; required: boolean }[];
  /** The condition keys of the service's own that it takes, with `*` for any name. */
  keys: string[];
}

interface Service {
  types: Record<string, string>;
  actions: Record<string, string>;
  keys: Record<string, string>;
  typeKeys: Record<string, string>;
}

interface Reference {
  globalKeys: string;
  services: Record<string, Service>;
}

interface Catalogue {
  globalKeys: string[];
  services: Map<string, Service>;
  /** Of each service that was asked for: its actions by their names in lower case, as IAM compares without regard to case. */
  actions: Map<string, Map<string, Action>>;
}

/** Read once, when a rule first asks: it is large. */
let read: Catalogue | undefined;
const catalogue = (): Catalogue => (read ??= readCatalogue());

function readCatalogue(): Catalogue {
  const file = path.join(__dirname, "../data/service-reference.json");
  const { globalKeys, services } = JSON.parse(fs.readFileSync(file, "utf8")) as Reference;
  return {
    globalKeys: globalKeys.split(" "),
    services: new Map(Object.entries(services)),
    actions: new Map(),
  };
}

export const isService = (prefix: string): boolean =>
  catalogue().services.has(prefix.toLowerCase());

/** An action by its full name, in any spelling; nothing if AWS has no such action. */
export function findAction(name: string): Action | undefined {
  const [prefix, action] = split(name);
  return actionsOf(prefix).get(action);
}

/** True if any request may have a condition key, whatever it asks for: `aws:PrincipalTag/team`, `lambda:SourceFunctionArn`. */
export const isGlobalKey = (key: string): boolean => isNamedBy(catalogue().globalKeys, key);

/** True if a condition key is one of an action's own. */
export const takesKey = ({ keys }: Action, key: string): boolean => isNamedBy(keys, key);

/** Every action that a pattern such as `sqs:Get*` stands for. */
export function actionsMatching(pattern: string): Action[] {
  const [prefix, action] = split(pattern);
  const names = [...catalogue().services.keys()].filter((name) => matchesPattern(prefix, name));
  return names.flatMap((name) =>
    [...actionsOf(name)].filter(([key]) => matchesPattern(action, key)).map(([, found]) => found),
  );
}

/** `*` stands for every action of every service. */
function split(name: string): [prefix: string, action: string] {
  const lower = name.toLowerCase();
  return [lower.replace(/:.*/, ""), lower.replace(/[^:]*:/, "")];
}

function actionsOf(prefix: string): Map<string, Action> {
  const { services, actions } = catalogue();
  let own = actions.get(prefix);
  if (!own) {
    const service = services.get(prefix);
    own = service ? readActions(prefix, service) : new Map<string, Action>();
    actions.set(prefix, own);
  }
  return own;
}

function readActions(prefix: string, service: Service): Map<string, Action> {
  const actions = new Map<string, Action>();
  const own = new Map<string, string[]>();
  for (const [keys, names] of Object.entries(service.keys))
    for (const name of names.split(" ")) own.set(name, keys.split(" "));
  for (const [signature, names] of Object.entries(service.actions)) {
    const types = typesIn(signature, service.types);
    const brought = types.flatMap((type) => service.typeKeys[type.name]?.split(" ") ?? []);
    for (const name of names.split(" ")) {
      const keys = [...(own.get(name) ?? []), ...brought];
      actions.set(name.toLowerCase(), { name: `${prefix}:${name}`, types, keys });
    }
  }
  return actions;
}

const typesIn = (signature: string, formats: Record<string, string>): Action["types"] =>
  signature.split(",").flatMap((type) => {
    const name = type.replace("*", "");
    const arn = formats[name];
    return arn ? [{ name, arn, required: type.endsWith("*") }] : [];
  });

export const isPattern = (action: string): boolean => /[*?]/.test(action);
