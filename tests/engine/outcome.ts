import type { Ended } from "./cli";

/** One line of what the engine reports with `--json`; only what the tests look at. */
interface EngineEvent {
  diagnosticEvent?: { severity: string; message: string };
  policyEvent?: {
    resourceUrn?: string;
    policyName: string;
    message: string;
    enforcementLevel: string;
  };
  resourcePreEvent?: { metadata: { op: string; urn: string } };
  summaryEvent?: { result?: string; PolicyPacks: Record<string, string> };
}

/** A Pulumi command that has ended, and what the engine reported meanwhile. */
export interface Outcome extends Ended {
  /** `succeeded`, or what went wrong. */
  result: string;
  /** What the policy pack found, as `<level> <policy> <resource>`, in alphabetical order. */
  findings: string[];
  /** What the policy pack said about it. */
  messages: string[];
  /** URNs by what the engine does to them (`create`, `same`), in alphabetical order. */
  operations: Record<string, string[]>;
  policyPacks: number;
}

export function readOutcome(ended: Ended): Outcome {
  const lines = ended.stdout.split("\n").filter((line) => line.startsWith("{"));
  const events = lines.map((line) => JSON.parse(line) as EngineEvent);
  const summary = events.flatMap(({ summaryEvent }) => summaryEvent ?? []).pop();
  const errors = events
    .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message.trim());
  const violations = events.flatMap(({ policyEvent }) => policyEvent ?? []);
  const operations: Record<string, string[]> = {};
  for (const { metadata } of events.flatMap(({ resourcePreEvent }) => resourcePreEvent ?? [])) {
    (operations[metadata.op] ??= []).push(metadata.urn);
  }
  Object.values(operations).forEach((urns) => urns.sort());
  return {
    ...ended,
    result: summary?.result === "succeeded" ? "succeeded" : [...errors, ended.stderr].join("\n"),
    findings: violations
      .map(
        ({ enforcementLevel, policyName, resourceUrn }) =>
          `${enforcementLevel} ${policyName} ${resourceUrn?.split("::").pop() ?? "stack"}`,
      )
      .sort(),
    messages: violations.map(({ message }) => message.trim()),
    operations,
    policyPacks: Object.keys(summary?.PolicyPacks ?? {}).length,
  };
}
