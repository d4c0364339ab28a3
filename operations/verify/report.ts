import type { AlarmStates } from "./account";
import { kinds, type Kind } from "./probe";
import { channelOf, type Check, type Part, type Waiting } from "./settle";

/** What was found, and what is wrong. */
export interface Findings {
  parts: readonly Part[];
  alarms: AlarmStates;
  /** Subscriptions that were not confirmed. */
  unconfirmed: readonly string[];
  /** What could not be deleted. */
  stays: readonly string[];
  stack: string;
  timeoutSeconds: number;
}

/** True if a message is where it has to be. */
const isRight = ({ kind, found }: Check): boolean =>
  found === (kind === "invalid" ? "quarantine" : "sink");

export const wordOf = (check: Check): string => {
  switch (check.found) {
    case "sink":
      return "stored";
    case "quarantine":
      return "quarantined";
    case "failures queue":
      return "set aside";
    default:
      return "MISSING";
  }
};

/** The whole report, and whether everything is right. */
export function report(findings: Findings): { lines: string[]; passed: boolean } {
  const { parts, alarms, unconfirmed, stays } = findings;
  const wrong = parts.flatMap((part) =>
    part.checks.filter((check) => !isRight(check)).map((check) => wrongOf(part, check, findings)),
  );
  const problems = [
    ...wrong,
    ...(alarms.ALARM.length > 0
      ? [`${count(alarms.ALARM.length, "alarm")} in ALARM: ${alarms.ALARM.sort().join(", ")}.`]
      : []),
    ...(unconfirmed.length > 0
      ? [
          `${count(unconfirmed.length, "subscription")} not confirmed, so that nothing is sent to: ${unconfirmed.join(", ")}. Open the link in the mail that SNS sent, or run pulumi up again for a new one.`,
        ]
      : []),
  ];
  const all = Object.values(alarms).reduce((sum, names) => sum + names.length, 0);
  const lines = [
    ...table(parts),
    `Alarms before the test: ${all}, of which ${alarms.OK.length} OK, ${alarms.INSUFFICIENT_DATA.length} INSUFFICIENT_DATA, ${alarms.ALARM.length} in ALARM.`,
    ...stays.map((sentence) => `Stays: ${sentence}`),
    ...parts.flatMap(({ stem, unseen }) =>
      unseen === undefined ? [] : [`Not looked up: ${stem}: ${unseen}.`],
    ),
    ...problems,
    closing(parts, problems.length),
  ];
  return { lines, passed: problems.length === 0 };
}

function closing(parts: readonly Part[], problems: number): string {
  const checks = parts.reduce((sum, part) => sum + part.checks.length, 0);
  return problems === 0
    ? `Everything is right: each of ${checks} checks found its message where it belongs, and no alarm is in ALARM.`
    : `${count(problems, "problem")} found; the sentences above say where.`;
}

const count = (number: number, what: string): string =>
  `${number} ${what}${number === 1 ? "" : "s"}`;

/** How many messages wait in the queues of an integration, where one that is missing may be. */
function queuesOf({ failures, work }: Part): string {
  const held = (what: string, { url, before, now }: Waiting): string =>
    `the ${what} ${url.split("/").pop()} ${now === undefined ? "cannot be read" : `holds ${count(now, "message")} (${before ?? "unknown"} before)`}`;
  const all = [
    ...(work ? [held("queue", work)] : []),
    ...failures.map((queue) => held("failures queue", queue)),
  ];
  return all.length === 0 ? "" : `; ${all.join(", ")}`;
}

/** What an integration has to have. */
export const messageOf = ({ sink }: Part): string =>
  channelOf(sink) === "logs" ? "log message" : "reading";

function wrongOf(part: Part, check: Check, { stack, timeoutSeconds }: Findings): string {
  const { stem, trouble } = part;
  const what = `${stem}: the ${check.kind} ${messageOf(part)}`;
  switch (check.found) {
    case "failures queue":
      return `${what} is in the failures queue: it could not be delivered. Read it there, fix the cause, then run npm run redrive -- ${stem} --stack ${stack}.`;
    case "quarantine":
      return `${what} is in the quarantine, though it is valid: read the reason there.`;
    case "sink":
      return `${what} was stored instead of quarantined: the function does not check what it stores.`;
    default:
      return `${what} was not found in its sink, its quarantine or its failures queue within ${timeoutSeconds} s${trouble === undefined ? "" : ` (${trouble})`}${queuesOf(part)}. Look at the alarms, the logs of its function and the log of AWS IoT.`;
  }
}

function table(parts: readonly Part[]): string[] {
  const cell = (part: Part, kind: Kind): string => {
    const check = part.checks.find((one) => one.kind === kind);
    return check ? wordOf(check) : "-";
  };
  const rows = [
    ["integration", ...kinds],
    ...parts.map((part) => [part.stem, ...kinds.map((kind) => cell(part, kind))]),
  ];
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? "").length)),
  );
  return rows.map((row) =>
    row
      .map((one, column) => one.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}
