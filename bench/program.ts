import * as path from "node:path";
import { stems } from "../components/catalogue";
import { evaluate, type RecordedResource } from "../local/program";
import { readStackConfiguration } from "../local/stack-config";
import { answers } from "../local/provisioners/invokes";
import { atMost, type Measurement } from "./line";

export const directory = path.join(__dirname, "..");

/** What `everything` and what hangs on it are named by. */
export const place = { project: "iot-integrations", stack: "bench" };

/** The settings of the local stack, which give every integration recipients, with every integration. */
function settings(): Record<string, string> {
  const { project, values } = readStackConfiguration(directory, "local");
  return { ...values, [`${project}:integrations`]: JSON.stringify(stems) };
}

interface Program {
  resources: RecordedResource[];
  /** CPU of this process, with loading and compiling whatever the program needs. */
  seconds: number;
}

let evaluated: Promise<Program> | undefined;

/** The whole program as the first preview of an empty account sees it; whoever asks first evaluates it. */
export const everything = (): Promise<Program> => (evaluated ??= evaluateAll());

async function evaluateAll(): Promise<Program> {
  const config = settings();
  const before = process.cpuUsage();
  const { resources } = await evaluate(
    // eslint-disable-next-line @typescript-eslint/no-require-imports -- as the language host loads it
    () => require("../index") as unknown,
    { invoke: answers({ region: "eu-central-1", accountId: "123456789012" }) },
    { ...place, config },
  );
  const { user, system } = process.cpuUsage(before);
  return { resources, seconds: (user + system) / 1e6 };
}

/** The functions of the program, by their logical names. */
export async function functions(): Promise<RecordedResource[]> {
  const { resources } = await everything();
  return resources.filter(({ type }) => type === "aws:lambda/function:Function");
}

export const program: Measurement = async () => {
  const { resources, seconds } = await everything();
  const what = `program under mocks: ${stems.length} integrations, ${resources.length} resources`;
  return [atMost(what, seconds, 10, "s of CPU")];
};
