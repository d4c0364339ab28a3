import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { callApi } from "../aws/call-api";
import type { Account } from "../aws/clients";
import { ownFolder } from "../own-folder";
import { mostFunctions } from "../services/delivery/concurrency-limit";
import { createAuthority } from "../services/iot-core";
import { freePort } from "./free-port";
import { signalGroup } from "./process-group";

export interface EmulatorArgs {
  /** The project's folder. Lambda archives are unpacked below its `.local`, so that they find the SDK in its node_modules. */
  directory: string;
  /** The interpreter of the emulator's environment. */
  python: string;
  region: string;
  accountId: string;
  /** Receives the process group as soon as it exists, before the emulator answers. */
  onStart?: (processGroup: number) => void;
}

export interface Emulator {
  account: Account;
  /** The process group of the emulator and all functions. */
  processGroup: number;
  logFile: string;
  /** Resolves when the emulator has ended, for whatever reason, with one sentence that says how. */
  ended: Promise<string>;
  /** Ends the emulator and everything that it started. */
  stop(): Promise<void>;
}

/** Starts MiniStack behind the check of signatures. */
const door = path.join(__dirname, "door.py");

const startupSeconds = 30;
/** How long the emulator may take to end before it is killed; it holds nothing that is needed. */
const stopTimeoutMilliseconds = 1500;

/** Starts MiniStack on the loopback interface, with permissions enforced and without this shell's variables. */
export async function startEmulator(args: EmulatorArgs): Promise<Emulator> {
  const local = ownFolder(args.directory);
  const scratch = fs.mkdtempSync(path.join(local, "run-"));
  const clear = (): void => fs.rmSync(scratch, { recursive: true, force: true, maxRetries: 3 });
  // Runs if the process ends without stopping the emulator.
  process.once("exit", clear);
  const logFile = path.join(local, "ministack.log");
  const port = await freePort();
  const tls = await issueCertificate(scratch);
  const account: Account = {
    endpoint: `https://127.0.0.1:${port}`,
    ca: tls.ca,
    region: args.region,
    accountId: args.accountId,
    // The root credentials of the emulator, new for each run, so that no stored ones open it.
    root: {
      accessKeyId: `LOCAL${randomBytes(8).toString("hex").toUpperCase()}`,
      secretAccessKey: randomBytes(20).toString("hex"),
    },
    pass: randomBytes(32).toString("hex"),
  };
  const log = fs.openSync(logFile, "w");
  const child = spawn(args.python, ["-I", door], {
    detached: true,
    stdio: ["ignore", log, log],
    env: environment(account, port, scratch, tls),
  });
  fs.closeSync(log);
  if (child.pid !== undefined) args.onStart?.(child.pid);
  const ended = endOf(child, logFile);
  const emulator: Emulator = {
    account,
    processGroup: child.pid ?? 0,
    logFile,
    ended,
    stop: async () => {
      await endGroup(child);
      await ended;
      process.off("exit", clear);
      clear();
    },
  };
  try {
    await answering(account, ended);
  } catch (error) {
    await emulator.stop();
    throw error;
  }
  return emulator;
}

function environment(
  account: Account,
  port: number,
  scratch: string,
  tls: ServerCertificate,
): NodeJS.ProcessEnv {
  return {
    // Functions run with this process's Node.
    PATH: `${path.dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin`,
    HOME: scratch,
    TMPDIR: scratch,
    BIND_HOST: "127.0.0.1",
    GATEWAY_PORT: String(port),
    MINISTACK_HOST: "127.0.0.1",
    MINISTACK_ACCOUNT_ID: account.accountId,
    MINISTACK_REGION: account.region,
    AUTH: "true",
    // Queues, topics and buckets refuse requests without TLS, so every request uses it.
    USE_SSL: "1",
    MINISTACK_SSL_CERT: tls.certificateFile,
    MINISTACK_SSL_KEY: tls.keyFile,
    NODE_EXTRA_CA_CERTS: tls.certificateFile,
    AWS_ACCESS_KEY_ID: account.root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: account.root.secretAccessKey,
    LOCAL_PASS: account.pass,
    LOCAL_MOST_FUNCTIONS: String(mostFunctions),
    // Keeps functions' logs readable; the opening of the run states the Node version.
    NODE_NO_WARNINGS: "1",
    // Both would listen on all interfaces; our IoT Core replaces one.
    IOT_MTLS_ENABLED: "0",
    SFTP_ENABLED: "0",
    // Seconds between the attempts of an asynchronous invocation; AWS waits minutes.
    LAMBDA_ASYNC_RETRY_BASE_SECONDS: "0.1",
  };
}

function endOf(child: ChildProcess, logFile: string): Promise<string> {
  return new Promise((resolve) => {
    child.once("error", (error) => resolve(`The emulator could not be started: ${error.message}.`));
    child.once("exit", (code, signal) =>
      resolve(
        `The emulator ended by ${signal ? `signal ${signal}` : `exit code ${code}`}; its last words are in ${path.relative(process.cwd(), logFile)}.`,
      ),
    );
  });
}

async function answering(account: Account, ended: Promise<string>): Promise<void> {
  const deadline = Date.now() + startupSeconds * 1000;
  let over: string | undefined;
  void ended.then((how) => (over = how));
  while (Date.now() < deadline) {
    if (over) throw new Error(over);
    if (await isHealthy(account)) return;
    await new Promise((later) => setTimeout(later, 50));
  }
  throw new Error(
    `The emulator did not answer within ${startupSeconds} s: see .local/ministack.log, then start again.`,
  );
}

const isHealthy = (account: Account): Promise<boolean> =>
  callApi(account, account.endpoint, "/_ministack/health").then(
    ({ status }) => status === 200,
    () => false,
  );

interface ServerCertificate {
  ca: string;
  certificateFile: string;
  keyFile: string;
}

/** Issues a certificate for this run. Its file also holds the authority's, so that functions can trust it. */
async function issueCertificate(folder: string): Promise<ServerCertificate> {
  const authority = await createAuthority();
  const { certificate, privateKey } = await authority.issueServer();
  const [certificateFile, keyFile] = [
    path.join(folder, "server.crt"),
    path.join(folder, "server.key"),
  ];
  fs.writeFileSync(certificateFile, `${certificate}\n${authority.ca}\n`);
  fs.writeFileSync(keyFile, privateKey, { mode: 0o600 });
  return { ca: authority.ca, certificateFile, keyFile };
}

/** Ends the process group. Functions are children of the emulator and outlive it otherwise. */
async function endGroup(child: ChildProcess): Promise<void> {
  if (child.pid === undefined) return;
  signalGroup(child.pid, "SIGTERM");
  if (child.exitCode === null && child.signalCode === null)
    await Promise.race([
      once(child, "exit"),
      new Promise((later) => setTimeout(later, stopTimeoutMilliseconds).unref()),
    ]);
  signalGroup(child.pid, "SIGKILL");
}
