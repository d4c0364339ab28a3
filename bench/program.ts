import * as path from "node:path";
import { stems } from "../components/catalogue";
import { evaluate, type RecordedResource } from "../local/program";
import { answers } from "../local/services/invokes";
import { readStackConfiguration } from "../local/stack-config";
import { atMost, type Measurement } from "./line";

export const directory = path.join(__dirname, "..");

/** The project and the stack, which names and configuration keys begin with. */
export const stack = { project: "iot-integrations", stack: "bench" };

/** The settings of the local stack, which give every integration recipients, with every integration. */
function settings(): Record<string, string> {
  const { project, values } = readStackConfiguration(directory, "local");
  return { ...values, [`${project}:integrations`]: JSON.stringify(stems) };
}

interface Program {
  resources: RecordedResource[];
  /** CPU time of this process, including loading and compiling the program. */
  seconds: number;
}

let evaluated: Promise<Program> | undefined;

/** The program with all integrations, as at the first preview in an empty account; evaluated at the first call. */
export const everything = (): Promise<Program> => (evaluated ??= evaluateAll());

async function evaluateAll(): Promise<Program> {
  const config = settings();
  const before = process.cpuUsage();
  const { resources } = await evaluate(
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- the language host requires it too
    () => require("../index") as unknown,
    { invoke: answers({ region: "eu-central-1", accountId: "123456789012" }) },
    { ...stack, config },
  );
  const { user, system } = process.cpuUsage(before);
  return { resources, seconds: (user + system) / 1e6 };
}

/** The Lambda functions of the program. */
export async function functions(): Promise<RecordedResource[]> {
  const { resources } = await everything();
  return resources.filter(({ type }) => type === "aws:lambda/function:Function");
}

export const program: Measurement = async () => {
  const { resources, seconds } = await everything();
  const what = `program under mocks: ${stems.length} integrations, ${resources.length} resources`;
  return [atMost(what, seconds, 10, "s of CPU")];
};
