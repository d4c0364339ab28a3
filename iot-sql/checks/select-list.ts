import type { Expression, SelectItem, SelectList, Statement } from "../ast";
import type { Finding } from "../problem";
import type { ValueType } from "../signature";
import { typeOf } from "./types";

/** What is wrong with the SELECT lists of a statement, its own and nested ones. */
export function checkLists({ list }: Statement, parts: readonly Expression[]): Finding[] {
  const nested = parts.flatMap((part) =>
    part.kind === "query" || part.kind === "exists" ? [part.query.list] : [],
  );
  const members = parts.flatMap((part) => (part.kind === "star" && part.of ? [part.position] : []));
  return [...[list, ...nested].flatMap(checkList), ...members.map(undocumentedMembers)];
}

type Named = Extract<SelectItem, { kind: "value" }>;

function checkList({ value, items, comma }: SelectList): Finding[] {
  const named = items.filter((item): item is Named => item.kind === "value");
  const findings = [
    ...(comma === undefined ? [] : [trailingComma(comma)]),
    ...items.flatMap((item) => (item.kind === "all" && item.of ? [membersOf(item.of)] : [])),
  ];
  if (value) return [...findings, ...checkValue(items, named)];
  return [...findings, ...named.flatMap(checkName), ...checkPaths(named)];
}

// Deployed statements read a shadow by `SELECT current.state.reported.*`. AWS's own toolbox for AWS IoT has an object without AS,
// and its Lambda function gets the members of the object.
function membersOf(of: Expression): Finding {
  if (of.kind !== "object") return undocumentedMembers(of.position);
  const reason =
    "AWS documents no name for an object without AS, and the output has its members; write SELECT VALUE, or add AS <name>";
  return { code: "unnamed", severity: "warning", reason, position: of.position };
}

function undocumentedMembers(position: number): Finding {
  const reason =
    "AWS documents '*' for the whole payload only; after a path it is all members of that value";
  return { code: "members", severity: "warning", reason, position };
}

function trailingComma(position: number): Finding {
  const reason = "the comma after the last item separates nothing; remove it";
  return { code: "no-effect", severity: "warning", reason, position };
}

function checkName({ value, path, named, position }: Named): Finding[] {
  const [own] = path;
  if (own === undefined) {
    const reason =
      "an item that is neither an attribute nor a function needs a name; add AS <name>";
    return [{ code: "alias", reason, position }];
  }
  if (named || (value.kind !== "call" && value.kind !== "cast")) return [];
  const reason = `AWS documents no name for a function without AS, and the output has it as '${own}'; add AS <name>`;
  return [{ code: "unnamed", severity: "warning", reason, position }];
}

// Page `iot-sql-select`: VALUE gives one value, which may be an array.
function checkValue(items: readonly SelectItem[], named: readonly Named[]): Finding[] {
  const [, second] = items;
  if (second) {
    const reason = "SELECT VALUE gives one value; put several into [...] or {...}";
    return [{ code: "alias", reason, position: second.position }];
  }
  return named
    .filter((item) => item.named)
    .map(({ position }) => {
      const reason = "SELECT VALUE gives the value itself, so AS has no effect; remove it";
      return { code: "no-effect", severity: "warning", reason, position };
    });
}

// A path into what an earlier item wrote merges, as in `SELECT decoded AS result, id AS result.id`. An item that would write
// over an earlier one is refused. What AWS makes of a path into a value that is no object is not documented.
function checkPaths(items: readonly Named[]): Finding[] {
  const taken: { name: string; type: ValueType }[] = [];
  return items.flatMap(({ value, path, position }): Finding[] => {
    if (path.length === 0) return [];
    const name = path.join(".");
    const lost = taken.find((other) => `${other.name}.`.startsWith(`${name}.`));
    const held = taken.filter((other) => name.startsWith(`${other.name}.`)).at(-1);
    taken.push({ name, type: typeOf(value) });
    if (lost) return [{ code: "alias", reason: `the output already has '${lost.name}'`, position }];
    if (!held || held.type === "any" || held.type === "Object") return [];
    const reason = `'${held.name}' is no object, so '${name}' replaces it; select an object, or use another name`;
    return [{ code: "replaced", severity: "warning", reason, position }];
  });
}
