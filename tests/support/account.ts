import * as fs from "node:fs";
import * as path from "node:path";
import type { Account } from "../../local/aws/clients";
import { startEmulator, type Emulator } from "../../local/emulator/ministack";
import { prepare } from "../../local/emulator/python";
import { atEnd } from "./at-end";
import { directory } from "./emulator";

let environment: ReturnType<typeof prepare> | undefined;
/**
 * The emulator's Python environment, as `npm start` makes it; made at the first call.
 * @needs emulator
 */
export const python = () => (environment ??= prepare({ directory }));

let started: Promise<Emulator> | undefined;

/** One account for all specs of a process, which name their resources so that none meets another's; it ends with the last spec. */
export async function sharedAccount(): Promise<Account> {
  started ??= start();
  return (await started).account;
}

async function start(): Promise<Emulator> {
  const environment = await python();
  // A folder of its own, for the emulator's log: the project's is shared with processes that run other specs.
  const folder = fs.mkdtempSync(path.join(directory, ".local/emulator-"));
  const emulator = await startEmulator({
    directory: folder,
    python: environment.python,
    region: "eu-central-1",
    accountId: "123456789012",
  });
  atEnd(async () => {
    await emulator.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });
  return emulator;
}
