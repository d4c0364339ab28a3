import * as assert from "node:assert/strict";
import * as path from "node:path";
import { evaluateProject, type RecordedResource } from "../local/program";
import { wholeProgram } from "./policies/whole-program";
import { answer } from "./support/deploy";

/** The input by which resources of a type are named, where it is not `name`. */
const names: Readonly<Record<string, string>> = {
  "aws:redshiftserverless/namespace:Namespace": "namespaceName",
  "aws:redshiftserverless/workgroup:Workgroup": "workgroupName",
  "aws:s3/bucket:Bucket": "bucket",
};
const namedBy = ({ type }: RecordedResource): string => names[type] ?? "name";

/** Inputs that name another resource of the same service call: AWS refuses the call while that resource does not exist. */
const references = [
  "bucket",
  "cluster",
  "databaseName",
  "function",
  "functionName",
  "logGroupName",
  "namespaceName",
  "role",
  "rule",
  "streamName",
  "tableName",
  "workgroupName",
];

/** The resources that name another one of the program without being created after it. */
function unordered(resources: RecordedResource[]): string[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const byName = new Map<unknown, RecordedResource[]>();
  for (const resource of resources) {
    const name = resource.plain[namedBy(resource)];
    if (resource.custom && typeof name === "string")
      byName.set(name, [...(byName.get(name) ?? []), resource]);
  }
  const before = (resource: RecordedResource): Set<string> => {
    const urns = new Set(resource.dependencies);
    for (const urn of urns) byUrn.get(urn)?.dependencies.forEach((next) => urns.add(next));
    return urns;
  };
  return resources.flatMap((resource) =>
    references.flatMap((input) => {
      if (input === namedBy(resource)) return [];
      const named = (byName.get(resource.plain[input]) ?? []).filter((one) => one !== resource);
      if (named.length === 0) return [];
      const earlier = before(resource);
      return named.some(({ urn }) => earlier.has(urn))
        ? []
        : [`${resource.type} ${resource.name}: ${input}`];
    }),
  );
}

describe("A resource that names another one by its text", function () {
  this.timeout(120_000);

  it("is created after it, in the whole program", async () => {
    assert.deepEqual(unordered(await wholeProgram()), []);
  });

  it("is created after it, in the program of the delivery streams", async () => {
    const directory = path.join(__dirname, "local/programs/firehose");
    const { resources } = await evaluateProject(directory, "local", { invoke: answer }, {}, true);
    assert.ok(resources.length > 20);
    assert.deepEqual(unordered(resources), []);
  });
});
