import * as fs from "node:fs";
import * as path from "node:path";
import { isNamedBy, matchesPattern } from "../../iam";

/** One action in the AWS Service Authorization Reference. */
export interface Action {
  /** The full name in the spelling of the reference. */
  name: string;
  /** The resource types that can limit the action; empty if the action accepts only `*`. */
  types: { name: string; arn: string; required: boolean }[];
  /** The service-specific condition keys that the action supports, with `*` for any name. */
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
  /** The actions of each requested service by lowercase name, because IAM compares action names without case. */
  actions: Map<string, Map<string, Action>>;
}

/** Read once, at the first request, because the file is large. */
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

/** Finds an action by its full name in any case; undefined if AWS has no such action. */
export function findAction(name: string): Action | undefined {
  const [prefix, action] = split(name);
  return actionsOf(prefix).get(action);
}

/** Returns true if a request for any action can contain the condition key: `aws:PrincipalTag/team`, `lambda:SourceFunctionArn`. */
export const isGlobalKey = (key: string): boolean => isNamedBy(catalogue().globalKeys, key);

/** Returns true if the action supports the service-specific condition key. */
export const takesKey = ({ keys }: Action, key: string): boolean => isNamedBy(keys, key);

/** Returns all actions that match a pattern such as `sqs:Get*`. */
export function actionsMatching(pattern: string): Action[] {
  const [prefix, action] = split(pattern);
  const names = [...catalogue().services.keys()].filter((name) => matchesPattern(prefix, name));
  return names.flatMap((name) =>
    [...actionsOf(name)].filter(([key]) => matchesPattern(action, key)).map(([, found]) => found),
  );
}

/** `*` matches every action of every service. */
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
