import { breach, enumerate, type Finding, show } from "./finding";
import type { Reference, ServiceModel } from "./model";
import { checkScalar, checkSize } from "./scalar-check";

/** Shapes of which exactly one member is set although the models do not mark them as unions. */
const unmarkedUnions = new Set(["DynamoDB AttributeValue"]);

/** Returns what AWS's model of the shape does not allow in `input`; undefined and null count as absent, as in the SDK. */
export function checkShape(model: ServiceModel, root: Reference, input: unknown): Finding[] {
  const findings: Finding[] = [];

  const visit = (reference: Reference, value: unknown, path: string, hidden: boolean): void => {
    const shape = model.shapes[reference.shape];
    if (!shape || reference.jsonvalue || shape.document || shape.eventstream) return;
    const hide = hidden || shape.sensitive === true;
    const must = (constraints: string[]): void =>
      constraints.forEach((constraint) =>
        findings.push(breach(path, show(value, hide), constraint)),
      );

    const scalar = checkScalar(shape, value);
    if (scalar) return must(scalar);

    if (shape.type === "list") {
      if (!Array.isArray(value)) return must(["be a list"]);
      must(checkSize(shape, value.length, "item"));
      const { member } = shape;
      if (member) value.forEach((item, index) => visit(member, item, `${path}[${index}]`, hide));
      return;
    }

    if (!isRecord(value)) return must(["be an object"]);
    const entries = Object.entries(value).filter(([, child]) => isPresent(child));
    if (shape.type === "map") {
      must(checkSize(shape, entries.length, "key"));
      for (const [key, child] of entries) {
        if (shape.key) visit(shape.key, key, `the key of ${below(path, key)}`, hide);
        if (shape.value) visit(shape.value, child, below(path, key), hide);
      }
      return;
    }

    const { members = {}, required = [] } = shape;
    const isUnion =
      shape.union || unmarkedUnions.has(`${model.metadata.serviceId} ${reference.shape}`);
    if (isUnion && entries.length !== 1) must(["have exactly one member"]);
    for (const name of required) {
      if (isPresent(value[name]) || members[name]?.idempotencyToken) continue;
      findings.push({ parameter: below(path, name), fault: "is required, but missing" });
    }
    for (const [name, child] of entries) {
      const member = members[name];
      if (member) visit(member, child, below(path, name), hide);
      else {
        const fault = `is unknown; known here: ${enumerate(Object.keys(members))}`;
        findings.push({ parameter: below(path, name), fault });
      }
    }
  };

  visit(root, input, "", false);
  return findings;
}

function below(path: string, name: string): string {
  if (!/^[\w-]+$/.test(name)) return `${path}[${JSON.stringify(name)}]`;
  return path === "" ? name : `${path}.${name}`;
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
