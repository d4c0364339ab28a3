import { ListQueuesCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as net from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import { createClients } from "../../../local/aws/clients";
import { freePort } from "../../../local/emulator/free-port";
import { startEmulator, type Emulator } from "../../../local/emulator/ministack";
import { python } from "../../support/account";
import { directory } from "../../support/emulator";

const place = { region: "eu-central-1", accountId: "123456789012" };

/** Ids of the processes of a group. */
const processesOf = (group: number): string[] =>
  execFileSync("ps", ["-A", "-o", "pid=,pgid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter(([, of]) => Number(of) === group)
    .map(([pid = ""]) => pid);

const canConnect = (host: string, port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = net.connect({ host, port });
    const answer = (connected: boolean) => () => {
      socket.destroy();
      resolve(connected);
    };
    socket.once("connect", answer(true)).once("error", answer(false));
  });

describe("The emulator", () => {
  let emulator: Emulator;
  let folder: string;

  before(async function () {
    this.timeout(60_000);
    const environment = await python();
    // A folder of its own below the project: its log is not that of the emulator which other specs share.
    fs.mkdirSync(path.join(directory, ".local"), { recursive: true });
    folder = fs.mkdtempSync(path.join(directory, ".local", "emulator-"));
    emulator = await startEmulator({ directory: folder, python: environment.python, ...place });
  });
  after(async () => {
    await emulator.stop();
    fs.rmSync(folder, { recursive: true, force: true });
  });

  const listQueues = (credentials?: { accessKeyId: string; secretAccessKey: string }) => {
    const clients = createClients(emulator.account);
    return clients
      .get(SQSClient, credentials)
      .send(new ListQueuesCommand({}))
      .finally(() => clients.destroy());
  };

  it("answers its root over TLS, by a certificate that it was given", async () => {
    assert.match(emulator.account.endpoint, /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.equal((await listQueues()).$metadata.httpStatusCode, 200);
    const stranger = createClients({ ...emulator.account, ca: undefined });
    await assert.rejects(stranger.get(SQSClient).send(new ListQueuesCommand({})), /certificate/i);
    stranger.destroy();
  });

  it("refuses requests without credentials of the account", async () => {
    await assert.rejects(
      listQueues({ accessKeyId: "AKIAUNKNOWN", secretAccessKey: "unknown" }),
      ({ $metadata }: { $metadata: { httpStatusCode: number } }) =>
        [400, 403].includes($metadata.httpStatusCode),
    );
  });

  it("listens on the loopback interface only", async () => {
    const port = Number(new URL(emulator.account.endpoint).port);
    const addresses = Object.values(os.networkInterfaces())
      .flatMap((known = []) => known)
      .filter(({ internal, family }) => !internal && family === "IPv4")
      .map(({ address }) => address);
    assert.equal(await canConnect("127.0.0.1", port), true);
    for (const address of addresses) assert.equal(await canConnect(address, port), false, address);
  });

  it("ends with all its processes, says how, and leaves no file but its log", async function () {
    const environment = await python();
    let started: number | undefined;
    const another = await startEmulator({
      directory: folder,
      python: environment.python,
      ...place,
      onStart: (group) => (started = group),
    });
    assert.equal(started, another.processGroup);
    assert.notEqual(processesOf(another.processGroup).length, 0);
    const before = fs.readdirSync(path.join(folder, ".local")).length;
    await another.stop();
    assert.match(await another.ended, /^The emulator ended by (signal SIG|exit code )/);
    assert.deepEqual(processesOf(another.processGroup), []);
    assert.equal(fs.readdirSync(path.join(folder, ".local")).length, before - 1);
    await another.stop();
  });

  it("says that it was ended from outside", async () => {
    const environment = await python();
    const another = await startEmulator({
      directory: folder,
      python: environment.python,
      ...place,
    });
    process.kill(-another.processGroup, "SIGKILL");
    assert.match(
      await another.ended,
      /^The emulator ended by signal SIGKILL; its last words are in .*ministack\.log\.$/,
    );
    await another.stop();
  });

  it("cannot be started where it is not installed, in one sentence", () =>
    assert.rejects(
      startEmulator({ directory: folder, python: path.join(folder, "missing"), ...place }),
      /^Error: The emulator could not be started: spawn .* ENOENT\.$/,
    ));

  it("is not waited for when it ends at once", async () => {
    const broken = path.join(folder, "broken");
    fs.writeFileSync(broken, "#!/bin/sh\necho broken >&2\nexit 7\n", { mode: 0o755 });
    await assert.rejects(
      startEmulator({ directory: folder, python: broken, ...place }),
      /^Error: The emulator ended by exit code 7; its last words are in .*ministack\.log\.$/,
    );
    assert.equal(fs.readFileSync(path.join(folder, ".local", "ministack.log"), "utf8"), "broken\n");
  });

  it("is given nothing of this process's environment", async () => {
    const script = path.join(folder, "environment");
    fs.writeFileSync(script, "#!/bin/sh\nenv\nexit 1\n", { mode: 0o755 });
    process.env.ONLY_HERE = "1";
    await assert.rejects(startEmulator({ directory: folder, python: script, ...place }));
    delete process.env.ONLY_HERE;
    const environment = fs.readFileSync(path.join(folder, ".local", "ministack.log"), "utf8");
    assert.match(environment, /^AUTH=true$/m);
    assert.match(environment, /^BIND_HOST=127\.0\.0\.1$/m);
    assert.doesNotMatch(environment, /ONLY_HERE/);
  });
});

describe("freePort", () => {
  it("answers a port that can be listened on", async () => {
    const port = await freePort();
    const server = net.createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    server.close();
    await once(server, "close");
  });
});
