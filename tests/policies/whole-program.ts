import * as path from "node:path";
import { stems } from "../../components/config";
import { evaluate, type RecordedResource } from "../../local/program";
import { readStackConfiguration } from "../../local/stack-config";
import { answer } from "../support/deploy";

const directory = path.join(__dirname, "../..");
const own = ["index.ts", `components${path.sep}`].map((file) => path.join(directory, file));

/** Everything that the program can make, as the first preview of an empty stack sees it. */
export async function wholeProgram(): Promise<RecordedResource[]> {
  const { project, values } = readStackConfiguration(directory, "local");
  const switchedOn: Record<string, string> = {
    integrations: JSON.stringify(stems),
    cursorKey: "k".repeat(32),
    anomalyEmails: JSON.stringify(["night-shift@example.com"]),
  };
  const config = { ...values };
  for (const [key, value] of Object.entries(switchedOn)) config[`${project}:${key}`] = value;
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
