import type { Expression, SelectItem, SelectList, Statement } from "../ast";
import type { Finding } from "../problem";

/** What is wrong with the SELECT lists of a statement, its own and nested ones. */
export function checkLists({ list }: Statement, parts: readonly Expression[]): Finding[] {
  const nested = parts.flatMap((part) =>
    part.kind === "query" || part.kind === "exists" ? [part.query.list] : [],
  );
  return [list, ...nested].flatMap(checkList);
}

type Named = Extract<SelectItem, { kind: "value" }>;

function checkList({ value, items }: SelectList): Finding[] {
  const named = items.filter((item): item is Named => item.kind === "value");
  if (value) return checkValue(items, named);
  const unnamed = named.filter(({ path }) => path.length === 0);
  // How AWS names the result of an expression without alias is not documented.
  const reason = "an item that is not an attribute needs a name; add AS <name>";
  return [
    ...unnamed.map(({ position }): Finding => ({ code: "alias", reason, position })),
    ...clashes(named),
  ];
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

function clashes(items: readonly Named[]): Finding[] {
  const taken: string[] = [];
  return items.flatMap(({ path, position }) => {
    if (path.length === 0) return [];
    const name = path.join(".");
    const clash = taken.find((other) => `${name}.`.startsWith(`${other}.`));
    const covers = taken.find((other) => other.startsWith(`${name}.`));
    taken.push(name);
    const other = clash ?? covers;
    if (other === undefined) return [];
    return [{ code: "alias", reason: `the output already has '${other}'`, position }];
  });
}
