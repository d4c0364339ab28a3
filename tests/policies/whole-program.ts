import * as path from "node:path";
import { stems } from "../../components/catalogue";
import { evaluate, type RecordedResource } from "../../local/program";
import { readStackConfiguration } from "../../local/stack-config";
import { answer } from "../support/deploy";

const directory = path.join(__dirname, "../..");
const own = ["index.ts", "config.ts", `components${path.sep}`].map((file) =>
  path.join(directory, file),
);

/** Everything that the program can make, as the first preview of an empty stack sees it. */
export async function wholeProgram(): Promise<RecordedResource[]> {
  const { project, values } = readStackConfiguration(directory, "local");
  const config = { ...values, [`${project}:integrations`]: JSON.stringify(stems) };
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
