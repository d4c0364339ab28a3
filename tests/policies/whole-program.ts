import * as path from "node:path";
import { stems } from "../../components/catalogue";
import { keepingCallbacks } from "../../local/kept-callbacks";
import { evaluate, type RecordedResource } from "../../local/program";
import { readStackConfiguration } from "../../local/stack-config";
import { alternatives } from "../support/alternatives";
import { answer } from "../support/deploy";

const directory = path.join(__dirname, "../..");
const own = ["index.ts", "config.ts", `components${path.sep}`].map((file) =>
  path.join(directory, file),
);

const known = new Map<string, Promise<readonly RecordedResource[]>>();

/**
 * Every integration of the program as the local stack configures it, as the first preview of an empty stack sees it; `changes` replace
 * values of the configuration. Specs of a process share what is evaluated, so inputs are frozen.
 */
export async function wholeProgram(
  changes: Record<string, string> = {},
): Promise<RecordedResource[]> {
  const key = JSON.stringify(changes);
  const evaluated = known.get(key) ?? evaluateWith(changes);
  known.set(key, evaluated);
  return [...(await evaluated)];
}

async function evaluateWith(changes: Record<string, string>): Promise<readonly RecordedResource[]> {
  const { project, values } = readStackConfiguration(directory, "local");
  const config = { ...values, [`${project}:integrations`]: JSON.stringify(stems), ...changes };
  const program = (): unknown => {
    // The program reads its configuration when it is loaded.
    for (const file of Object.keys(require.cache))
      if (own.some((start) => file.startsWith(start))) delete require.cache[file];
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- as the language host loads a CommonJS program
    return require("../../index") as unknown;
  };
  const { resources } = await keepingCallbacks(
    { directory, entry: path.join(directory, "index.ts"), settings: ["test", config] },
    () => evaluate(program, { invoke: answer }, { project, stack: "test", config }),
  );
  for (const { plain } of resources) freeze(plain);
  return resources;
}

function freeze(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  Object.values(value).forEach(freeze);
  Object.freeze(value);
}

/** What the program makes besides, by each of the other configurations. */
export async function alternativePrograms(): Promise<RecordedResource[][]> {
  const programs: RecordedResource[][] = [];
  // The runtime evaluates one program at a time.
  for (const changes of alternatives) programs.push(await wholeProgram(changes));
  return programs;
}
