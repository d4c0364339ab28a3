import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import * as path from "node:path";
import { after } from "mocha";
import type { Account } from "../../../local/aws/clients";

interface Emulator {
  account: Account;
  stop(): Promise<void>;
}

let started: Promise<Emulator> | undefined;

/** The account that these specs share; it ends with the last of them. */
export async function sharedEmulator(): Promise<Account> {
  started ??= startEmulator();
  return (await started).account;
}

after(async () => (await started)?.stop());

async function startEmulator(): Promise<Emulator> {
  const scratch = path.resolve(".local");
  mkdirSync(scratch, { recursive: true });
  const folder = mkdtempSync(path.join(scratch, "iot-core-"));
  const port = await freePort();
  const account: Account = {
    endpoint: `http://127.0.0.1:${port}`,
    region: "eu-central-1",
    accountId: "123456789012",
    root: { accessKeyId: "test", secretAccessKey: "test" },
  };
  const emulator = spawn(process.env["MINISTACK"] ?? "ministack", [], {
    env: {
      PATH: process.env["PATH"],
      TMPDIR: folder,
      BIND_HOST: "127.0.0.1",
      GATEWAY_PORT: String(port),
      IOT_MTLS_ENABLED: "0",
      SFTP_ENABLED: "0",
      AUTH: "true",
      MINISTACK_ACCOUNT_ID: account.accountId,
      MINISTACK_REGION: account.region,
    },
    stdio: "ignore",
  });
  await once(emulator, "spawn");
  const isUp = (): Promise<boolean> =>
    fetch(`${account.endpoint}/_ministack/health`).then(
      ({ ok }) => ok,
      () => false,
    );
  while (emulator.exitCode === null && !(await isUp()))
    await new Promise((later) => setTimeout(later, 50));
  return {
    account,
    async stop() {
      const ended = once(emulator, "exit");
      emulator.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}
