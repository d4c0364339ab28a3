import type { Call, Expression } from "../ast";
import { functionNamed, suggestedFunction } from "../functions";
import type { Signature } from "../signature";
import type { Finding } from "../problem";

/** What is wrong with calls: functions that there are not, arguments, and limits of a statement. */
export function checkCalls(parts: readonly Expression[]): Finding[] {
  const calls = parts.filter((part): part is Call => part.kind === "call");
  return [...calls.flatMap(checkCall), ...tooManyCalls(calls)];
}

function checkCall(call: Call): Finding[] {
  const { name, position, args } = call;
  const called = functionNamed(name);
  if (!called) return [unknown(name, position)];
  const findings = retired(name, position);
  if (args.length < called.least || args.length > called.most) {
    const reason = `function '${name}' takes ${countOf(called)}, not ${args.length}`;
    return [...findings, { code: "argument-count", reason, position }];
  }
  const problem = called.problem?.(args);
  if (!problem) return findings;
  return [...findings, { code: "argument", reason: problem.reason, position: problem.at.position }];
}

function unknown(name: string, position: number): Finding {
  const suggestion = suggestedFunction(name);
  const hint = suggestion ? `; did you mean '${suggestion}'?` : "";
  const reason = `function '${name}' is not a function of AWS IoT SQL${hint}`;
  return {
    code: "unknown-function",
    reason,
    position,
    ...(suggestion !== undefined && { suggestion }),
  };
}

// Amazon Machine Learning is closed to new customers, and new models cannot be made.
function retired(name: string, position: number): Finding[] {
  if (name.toLowerCase() !== "machinelearning_predict") return [];
  const reason = `'${name}' needs Amazon Machine Learning, which is closed; call a SageMaker endpoint from a function`;
  return [{ code: "retired", severity: "warning", reason, position }];
}

function countOf({ least, most }: Signature): string {
  if (least < most) return `${least} to ${most} arguments`;
  return least === 1 ? "1 argument" : `${least === 0 ? "no" : least} arguments`;
}

function tooManyCalls(calls: readonly Call[]): Finding[] {
  const made = new Map<string, number>();
  return calls.flatMap(({ name, args, position }) => {
    const called = functionNamed(name);
    const key = name.toLowerCase();
    if (called?.mostCalls === undefined || !called.port?.(args)) return [];
    const count = (made.get(key) ?? 0) + 1;
    made.set(key, count);
    if (count <= called.mostCalls) return [];
    const times = called.mostCalls === 1 ? "once" : "twice";
    const reason = `function '${name}' may be called ${times} in a statement; keep what it gives in a variable`;
    return [{ code: "call-limit", reason, position }];
  });
}
