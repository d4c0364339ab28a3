import type { asset } from "@pulumi/pulumi";
import { unzipSync } from "fflate";
import { fork } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { text } from "node:stream/consumers";
import type { RecordedResource } from "../../local/program";
import { pack } from "../../local/services/lambda/archive";
import { directory } from "../support/emulator";
import { environmentOf, type Aws } from "./aws";

/** What an invocation comes to: the handler's answer, or the error that it threw. */
export interface Outcome {
  answer?: unknown;
  error?: { name: string; message: string; isError: boolean };
}

/** A function's archive, unpacked and loaded in a process of its own. */
export interface LoadedFunction {
  invoke(event: unknown): Promise<Outcome>;
  /** Ends the process; answers what it wrote to its log. */
  end(): Promise<string>;
}

/** The zip file that would be deployed. */
export const zipOf = ({ plain }: RecordedResource): Promise<Uint8Array> =>
  pack(plain.code as asset.AssetArchive, directory);

/** Loads a function as Lambda would: from its archive, with its variables and none of this process's. */
export async function load(resource: RecordedResource, aws: Aws): Promise<LoadedFunction> {
  const local = path.join(directory, ".local");
  fs.mkdirSync(local, { recursive: true });
  const folder = fs.mkdtempSync(path.join(local, "closure-"));
  for (const [name, content] of Object.entries(unzipSync(await zipOf(resource)))) {
    const file = path.join(folder, name);
    fs.mkdirSync(path.dirname(file), { recursive: true });
    fs.writeFileSync(file, content);
  }
  const { handler, environment } = resource.plain as {
    handler: string;
    environment?: { variables?: Record<string, string> };
  };
  const child = fork(
    path.join(__dirname, "lambda-runtime.js"),
    [folder, handler, new URL(aws.url).port],
    {
      env: { ...environment?.variables, ...environmentOf(aws), NODE_NO_WARNINGS: "1" },
      execArgv: [],
      silent: true,
    },
  );
  const [log, said] = [text(child.stdout as never), text(child.stderr as never)];
  const exited = once(child, "exit");
  const message = async <T>(): Promise<T> => {
    const gone = exited.then(async () => {
      throw new Error(`${resource.name} ended without an answer: ${await said}`);
    });
    const [first] = (await Promise.race([once(child, "message"), gone])) as [T];
    return first;
  };
  await message();
  return {
    invoke: (event) => {
      const outcome = message<Outcome>();
      child.send(event as object);
      return outcome;
    },
    end: async () => {
      child.kill();
      await exited;
      fs.rmSync(folder, { recursive: true, force: true });
      return log;
    },
  };
}
