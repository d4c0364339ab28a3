import * as path from "node:path";
import { stems } from "../../components/catalogue";
import { evaluate, type RecordedResource } from "../../local/program";
import { readStackConfiguration } from "../../local/stack-config";
import { alternatives } from "../support/alternatives";
import { answer } from "../support/deploy";

const directory = path.join(__dirname, "../..");
const own = ["index.ts", "config.ts", `components${path.sep}`].map((file) =>
  path.join(directory, file),
);

/**
 * Every integration of the program as the local stack configures it, as the first preview of an empty stack sees it; `changes` replace
 * values of the configuration.
 */
export async function wholeProgram(
  changes: Record<string, string> = {},
): Promise<RecordedResource[]> {
  const { project, values } = readStackConfiguration(directory, "local");
  const config = { ...values, [`${project}:integrations`]: JSON.stringify(stems), ...changes };
  const { resources } = await evaluate(
    () => {
      // The program reads its configuration when it is loaded.
      for (const file of Object.keys(require.cache))
        if (own.some((start) => file.startsWith(start))) delete require.cache[file];
      // eslint-disable-next-line @typescript-eslint/no-require-imports -- as the language host loads a CommonJS program
      return require("../../index") as unknown;
    },
    { invoke: answer },
    { project, stack: "test", config },
  );
  return resources;
}

/** What the program makes besides, by each of the other configurations. */
export async function alternativePrograms(): Promise<RecordedResource[][]> {
  const programs: RecordedResource[][] = [];
  // The runtime evaluates one program at a time.
  for (const changes of alternatives) programs.push(await wholeProgram(changes));
  return programs;
}
