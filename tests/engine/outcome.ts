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
  resOpFailedEvent?: { metadata: { op: string; urn: string } };
  summaryEvent?: { result?: string; PolicyPacks: Record<string, string> };
}

/** A policy's finding about a resource. */
export interface Finding {
  level: string;
  policy: string;
  resource: string;
  /** Without the policy's description, which the engine puts before it. */
  sentence: string;
}

/** A Pulumi command that has ended, and what the engine reported meanwhile. */
export interface Outcome extends Ended {
  /** `succeeded`, or what went wrong. */
  result: string;
  /** By resource, in alphabetical order. */
  findings: Finding[];
  /** URNs by what the engine does to them (`create`, `same`), in alphabetical order. */
  operations: Record<string, string[]>;
  policyPacks: number;
}

export function readOutcome(ended: Ended): Outcome {
  const lines = ended.stdout.split("\n").filter((line) => line.startsWith("{"));
  // A command that is ended from outside may leave half a line.
  const whole = lines.filter((line) => ended.code !== null || line.endsWith("}"));
  const events = whole.map((line) => JSON.parse(line) as EngineEvent);
  const summary = events.flatMap(({ summaryEvent }) => summaryEvent ?? []).pop();
  const errors = events
    .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
    .filter(({ severity }) => severity === "error")
    .map(({ message }) => message.trim());
  const findings = events
    .flatMap(({ policyEvent }) => policyEvent ?? [])
    .map(findingOf)
    .sort(byResource);
  const says = [...errors, ended.stderr.trim()].filter((text) => text !== "");
  // The engine ends with a bare "update failed" if a resource failed or a mandatory rule reported it, and says which by other events.
  const isBare = says.every((text) => /^(error: )?\w+ failed$/.test(text));
  const said = [...says, ...(isBare ? causes(ended, events, findings) : [])].join("\n");
  const operations: Record<string, string[]> = {};
  for (const { metadata } of events.flatMap(({ resourcePreEvent }) => resourcePreEvent ?? [])) {
    (operations[metadata.op] ??= []).push(metadata.urn);
  }
  Object.values(operations).forEach((urns) => urns.sort());
  return {
    ...ended,
    result: summary?.result === "succeeded" ? "succeeded" : said,
    findings,
    operations,
    policyPacks: Object.keys(summary?.PolicyPacks ?? {}).length,
  };
}

const findingOf = ({
  enforcementLevel,
  policyName,
  resourceUrn,
  message,
}: NonNullable<EngineEvent["policyEvent"]>): Finding => ({
  level: enforcementLevel,
  policy: policyName,
  resource: resourceUrn ? nameOf(resourceUrn) : "stack",
  sentence: message.trim().split("\n").slice(1).join("\n") || message.trim(),
});

/** What else may have failed a command, one line each. */
function causes({ code }: Ended, events: EngineEvent[], findings: Finding[]): string[] {
  return [
    ...events
      .flatMap(({ resOpFailedEvent }) => resOpFailedEvent ?? [])
      .map(({ metadata: { op, urn } }) => `${op} of ${nameOf(urn)} failed`),
    ...findings
      .filter(({ level }) => level === "mandatory")
      .map(({ policy, resource, sentence }) => `mandatory ${policy} of ${resource}: ${sentence}`),
    ...events
      .flatMap(({ diagnosticEvent }) => diagnosticEvent ?? [])
      .filter(({ severity }) => severity === "warning")
      .map(({ message }) => `warning: ${message.trim()}`),
    code === null ? "ended from outside" : `exit code ${code}`,
  ];
}

/** The logical name in a URN. */
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** The order of findings. */
export const byResource = (a: Finding, b: Finding): number =>
  `${a.resource} ${a.policy}`.localeCompare(`${b.resource} ${b.policy}`);
