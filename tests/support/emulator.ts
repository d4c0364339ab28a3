import { after } from "mocha";
import * as path from "node:path";
import type { Account } from "../../local/aws/clients";
import { startEmulator, type Emulator } from "../../local/emulator/ministack";
import { prepare } from "../../local/emulator/python";

export const directory = path.join(__dirname, "../..");

/** The emulator's Python environment, as `npm start` makes it; whoever asks first waits for it. */
export const python = () => (environment ??= prepare({ directory }));
let environment: ReturnType<typeof prepare> | undefined;

/** Time for a hook that may be the one to install the emulator. */
export const installMilliseconds = 300_000;

let started: Promise<Emulator> | undefined;

/** One account for all specs, which name their resources so that none meets another's; it ends with the last spec. */
export async function sharedAccount(): Promise<Account> {
  started ??= python().then(({ ministack }) =>
    startEmulator({
      directory,
      ministack,
      region: "eu-central-1",
      accountId: "123456789012",
    }),
  );
  return (await started).account;
}

after(async () => (await started?.catch(() => undefined))?.stop());
