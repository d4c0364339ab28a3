import * as fs from "node:fs";
import * as path from "node:path";
import { printError, printLine, printText } from "../operations/print";
import { startAnalyzer } from "./policy-check/analyzer";
import { asLines, isUnverified, isWaived, type Finding } from "./policy-check/finding";
import { evaluateProject } from "./program";
import { answers } from "./services/invokes";
import { readRegion } from "./stack-config";

/** The account of a program that is not deployed; AWS uses it in its examples. */
const accountId = "123456789012";

/** The findings of a check, and the number of resources checked. */
export interface Check {
  findings: Finding[];
  resources: number;
}

/**
 * Runs a policy pack over every resource that a stack's program would create in an empty account: with the values of a preview, in the
 * pack's own process, without CLI, account or credentials.
 */
export async function check(directory: string, stack: string): Promise<Check> {
  const region = readRegion(directory, stack);
  const invoke = answers({ region, accountId });
  const { project, resources } = await evaluateProject(directory, stack, { invoke });
  const pack = path.join(directory, "policies");
  const analyzer = await startAnalyzer({ pack, project, stack, level: profileOf(pack) });
  try {
    return { findings: await analyzer.analyze(resources), resources: resources.length };
  } finally {
    await analyzer.stop();
  }
}

/** The level that the profile of this project gives to every rule. */
function profileOf(pack: string): string {
  const text = fs.readFileSync(path.join(pack, "strict.json"), "utf8");
  return (JSON.parse(text) as { all: string }).all;
}

/** Formats the findings as the CLI prints them, with one closing line. */
export function report(stack: string, { findings, resources }: Check): string {
  const of = (kind: (finding: Finding) => boolean) => findings.filter(kind).length;
  const refused = of(isRefused);
  const counts = [
    `${refused} ${refused === 1 ? "violation" : "violations"}`,
    `${of(isUnverified)} unverified`,
    `${of(isWaived)} waived`,
  ];
  return [
    ...findings.map(asLines),
    `Stack ${stack}: ${resources} resources, ${counts.join(", ")}.`,
  ].join("\n");
}

export const isRefused = ({ level }: Finding): boolean => level === "mandatory";

const usage = `Usage: npm run policy -- [STACK]

Runs the policy pack over every resource that this project's program would
create in an empty account, without the Pulumi CLI, an account or credentials.

  STACK    the stack, with the settings of Pulumi.<STACK>.yaml (default: dev)
  --help   shows this text

Exit codes: 0 without a violation, 1 otherwise.`;

async function main(words: string[]): Promise<void> {
  if (words.includes("--help")) return printText(usage);
  const [stack = "dev", ...surplus] = words;
  if (surplus.length > 0 || !/^[\w.][\w.-]*$/.test(stack))
    throw new Error(
      `Usage: npm run policy -- [STACK]. It checks this project's program with the settings of Pulumi.<STACK>.yaml, by default dev; "${words.join(" ")}" names no stack.`,
    );
  const result = await check(path.join(__dirname, ".."), stack);
  for (const line of report(stack, result).split("\n")) printLine(line);
  process.exitCode = result.findings.some(isRefused) ? 1 : 0;
}

if (require.main === module)
  main(process.argv.slice(2)).catch((error: unknown) => {
    printError(error instanceof Error ? error.message : String(error));
    process.exitCode = 1;
  });
