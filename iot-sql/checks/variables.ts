import type { Assignment, Expression } from "../ast";
import { nearest } from "../nearest";
import type { Finding } from "../problem";
import { everyPart } from "../walk";

// Page `iot-sql-set`, limits.
const MOST_VARIABLES = 10;
const LONGEST_NAME = 64;

/** What is wrong with the assignments of SET. */
export function checkAssignments(variables: readonly Assignment[]): Finding[] {
  const known: string[] = [];
  return variables.flatMap(({ name, value, position }) => {
    const findings: Finding[] = [];
    const find = (reason: string): number => findings.push({ code: "variable", reason, position });
    if (known.includes(name)) find(`the variable @${name} is assigned already`);
    if (name.length > LONGEST_NAME) {
      find(`the name of a variable has at most ${LONGEST_NAME} characters`);
    }
    if (known.length === MOST_VARIABLES) {
      find(`a statement has at most ${MOST_VARIABLES} variables`);
    }
    // A variable knows those before it; that it might know those after it is not documented.
    findings.push(...checkUses(everyPart([value]), known));
    known.push(name);
    return findings;
  });
}

/** What is wrong with the uses of variables, of which these are known. */
export function checkUses(parts: readonly Expression[], known: readonly string[]): Finding[] {
  return parts.flatMap((part) => {
    if (part.kind !== "variable" || known.includes(part.name)) return [];
    const suggestion = nearest(part.name, known);
    const hint = suggestion ? `; did you mean @${suggestion}?` : "; assign it by SET before";
    return [
      {
        code: "variable",
        reason: `there is no variable @${part.name} here${hint}`,
        position: part.position,
        ...(suggestion !== undefined && { suggestion: `@${suggestion}` }),
      },
    ];
  });
}
