import { spawnSync } from "node:child_process";
import * as fs from "node:fs";

/** The outputs of a part of the program; a queue by its URL, a topic or state machine by its ARN, everything else by its name. */
export type PartOutputs = Readonly<Partial<Record<string, string>>>;

/** The outputs of a stack of this program. */
export interface StackOutputs {
  devicePolicyName: string;
  topicPrefix: string;
  /** By part: each integration by its stem, the shared stream as `telemetry`, the alarms as `alarms`. */
  of: Readonly<Partial<Record<string, PartOutputs>>>;
}

/** What every program exports as a text. */
const needed = {
  devicePolicyName: "the name of the AWS IoT policy of its devices",
  topicPrefix: "the first levels of the topics of its devices, <prefix>/<device>/telemetry",
};

/** The outputs as Pulumi has them, as a program's exports or as `pulumi stack output --json` prints them. */
export function readStackOutputs(outputs: Record<string, unknown>): StackOutputs {
  // No part, but a list for people.
  const { devicePolicyName, topicPrefix, unconfirmedSubscriptions: _, ...of } = outputs;
  if (typeof devicePolicyName !== "string" || typeof topicPrefix !== "string") {
    const missing = Object.entries(needed).filter(([name]) => typeof outputs[name] !== "string");
    throw new Error(
      missing.map(([name, meaning]) => `The program must export ${name}, ${meaning}.`).join(" "),
    );
  }
  return { devicePolicyName, topicPrefix, of: of as StackOutputs["of"] };
}

/** The stems of the integrations that a stack has, `<source>-to-<target>` each. */
export const stemsIn = ({ of }: StackOutputs): string[] =>
  Object.keys(of).filter((part) => typeof of[part] === "object" && part.includes("-to-"));

/**
 * Reads a stack's outputs from a file that `pulumi stack output --json` wrote or, without one, asks the Pulumi CLI.
 * The variable STACK_OUTPUTS names the file for tools that are used with the local run, which the CLI does not know.
 * `project` is the Pulumi project of the stack, if it is not the one of this folder. Throws one sentence if there are no outputs.
 */
export function fetchStackOutputs(
  stack: string,
  given: string | undefined,
  project?: string,
): StackOutputs {
  const file = given ?? outputsOfLocalRun();
  const source = file ?? `the stack ${stack}`;
  const text = file === undefined ? askPulumi(fullName(stack, project)) : readOutputs(file);
  try {
    return readStackOutputs(JSON.parse(text) as Record<string, unknown>);
  } catch (error) {
    throw new Error(`The outputs of ${source} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * The local run removes the file when it ends, unless it is killed; its variables stay in the shells that have sourced them. The emulator
 * outlives a killed run, and would answer without AWS IoT.
 */
function outputsOfLocalRun(): string | undefined {
  const { STACK_OUTPUTS: file, LOCAL_RUN_PID: run } = process.env;
  if (file === undefined) return undefined;
  const hasFile = fs.existsSync(file);
  if (hasFile && (run === undefined || isRunning(Number(run)))) return file;
  const sign = hasFile
    ? `its process ${run} does not run`
    : `STACK_OUTPUTS is ${file}, which does not exist`;
  throw new Error(
    `The local run that this shell has sourced has ended (${sign}): start it again and source .local/env, or use another shell for AWS.`,
  );
}

/** Whether a process exists, of this user or of another. */
function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

function readOutputs(file: string): string {
  try {
    return fs.readFileSync(file, "utf8");
  } catch (error) {
    throw new Error(`The outputs of ${file} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * The name of a stack with its organization and project, as the CLI lists it.
 * @see https://www.pulumi.com/docs/iac/cli/commands/pulumi_stack_ls/
 */
function fullName(stack: string, project: string | undefined): string {
  if (project === undefined) return stack;
  const listed = pulumiSays("stack", "ls", "--project", project, "--json");
  const names = listed.ok
    ? (JSON.parse(listed.text) as { name: string }[]).map(({ name }) => name)
    : [];
  const name = names.find((one) => one === stack || one.endsWith(`/${stack}`));
  if (name !== undefined) return name;
  throw new Error(
    `Pulumi has no stack ${stack} of project ${project}${listed.ok ? "" : ` (${listed.text})`}; check --project and --stack.`,
  );
}

function askPulumi(stack: string): string {
  const { ok, text } = pulumiSays("stack", "output", "--json", "--stack", stack);
  if (ok) return text;
  throw new Error(
    `Pulumi has no outputs of the stack ${stack} (${text}); check --stack, or give a file by --outputs.`,
  );
}

/** Runs the Pulumi CLI; `text` is what it prints, or its complaint. */
function pulumiSays(...words: string[]): { ok: boolean; text: string } {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [require.resolve("pulumi/run.js"), ...words, "--non-interactive"],
    { encoding: "utf8" },
  );
  return status === 0 ? { ok: true, text: stdout } : { ok: false, text: stderr.trim() };
}
