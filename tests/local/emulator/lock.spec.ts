import * as assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { acquireLock } from "../../../local/emulator/lock";

describe("The lock of a local run", () => {
  let directory: string;
  let children: ChildProcess[];
  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "lock-"));
    children = [];
  });
  afterEach(async () => {
    for (const child of children) await end(child);
    fs.rmSync(directory, { recursive: true });
  });

  const file = () => path.join(directory, ".local", "run.lock");
  const holder = (): unknown => JSON.parse(fs.readFileSync(file(), "utf8"));
  const heldBy = (content: string): void => {
    fs.mkdirSync(path.dirname(file()), { recursive: true });
    fs.writeFileSync(file(), content);
  };

  /** A process that waits to be ended, leader of its own group. */
  const start = async (script = path.join(directory, "idle.sh")): Promise<ChildProcess> => {
    fs.mkdirSync(path.dirname(script), { recursive: true });
    fs.writeFileSync(script, "#!/bin/sh\necho ready\nread forever\n", { mode: 0o755 });
    const child = spawn(script, { stdio: ["pipe", "pipe", "ignore"], detached: true });
    children.push(child);
    await once(child.stdout, "data");
    return child;
  };
  const hasEnded = (child: ChildProcess) => child.exitCode !== null || child.signalCode !== null;
  const end = async (child: ChildProcess): Promise<void> => {
    if (hasEnded(child)) return;
    child.kill("SIGKILL");
    await once(child, "exit");
  };

  it("is this process's until it is released", () => {
    const lock = acquireLock(directory);
    assert.deepEqual(holder(), { pid: process.pid });
    lock.owns(4711);
    assert.deepEqual(holder(), { pid: process.pid, processGroup: 4711 });
    lock.release();
    assert.ok(!fs.existsSync(file()));
    acquireLock(directory).release();
  });

  it("is refused while another process runs, in one sentence that names it, and stays that one's", async () => {
    const { pid } = await start();
    heldBy(JSON.stringify({ pid }));
    assert.throws(() => acquireLock(directory), {
      message: `The local run is already running in this folder, as process ${pid}: end it with Ctrl-C, or use another checkout.`,
    });
    assert.deepEqual(holder(), { pid });
  });

  it("is taken over from a process that was killed", async () => {
    const child = await start();
    heldBy(JSON.stringify({ pid: child.pid }));
    await end(child);
    acquireLock(directory);
    assert.deepEqual(holder(), { pid: process.pid });
  });

  it("is taken over from an unreadable file", () => {
    for (const content of ["", "not JSON"]) {
      heldBy(content);
      const lock = acquireLock(directory);
      assert.deepEqual(holder(), { pid: process.pid });
      lock.release();
    }
  });

  it("ends the emulator that a killed run left behind", async () => {
    const killed = await start();
    await end(killed);
    const emulator = await start(path.join(directory, ".local/venv/bin/ministack"));
    const exited = once(emulator, "exit");
    heldBy(JSON.stringify({ pid: killed.pid, processGroup: emulator.pid }));
    acquireLock(directory);
    const [, signal] = (await exited) as [number | null, string];
    assert.equal(signal, "SIGKILL");
  });

  it("does not end a process that was given the left-behind emulator's number", async () => {
    const killed = await start();
    await end(killed);
    const stranger = await start();
    heldBy(JSON.stringify({ pid: killed.pid, processGroup: stranger.pid }));
    acquireLock(directory);
    stranger.stdin?.write("\n");
    const [code] = (await once(stranger, "exit")) as [number | null];
    assert.notEqual(code, null, "It was ended by a signal.");
  });

  it("is not released by one that no longer holds it", async () => {
    const lock = acquireLock(directory);
    const { pid } = await start();
    heldBy(JSON.stringify({ pid }));
    lock.release();
    assert.deepEqual(holder(), { pid });
  });

  it("is one process's when two start at once, whether it was free or a killed run held it", async () => {
    const killed = await start();
    await end(killed);
    const lockModule = path.join(__dirname, "../../../local/emulator/lock.ts");
    const script = `
      const { acquireLock } = require(${JSON.stringify(lockModule)});
      process.on("message", (directory) => {
        try { acquireLock(directory); process.send("held"); }
        catch (error) { process.send(error.message); }
      });
      process.send("ready");
    `;
    const starters = [1, 2].map(() => {
      const child = spawn(process.execPath, ["-r", "./local/register.js", "-e", script], {
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      children.push(child);
      return child;
    });
    const said = (child: ChildProcess) =>
      once(child, "message").then(([message]) => String(message));
    await Promise.all(starters.map(said));
    for (let round = 0; round < 50; round++) {
      const place = path.join(directory, String(round));
      const lock = path.join(place, ".local", "run.lock");
      fs.mkdirSync(path.dirname(lock), { recursive: true });
      if (round % 2 === 1) fs.writeFileSync(lock, JSON.stringify({ pid: killed.pid }));
      const answers = Promise.all(starters.map(said));
      for (const child of starters) child.send(place);
      const all = await answers;
      const winner = starters[all.indexOf("held")];
      const losers = all.filter((answer) => answer !== "held");
      assert.equal(losers.length, 1, all.join("\n"));
      assert.match(losers[0] ?? "", /(is already running|is starting) in this folder/);
      assert.deepEqual(JSON.parse(fs.readFileSync(lock, "utf8")), { pid: winner?.pid });
      assert.deepEqual(fs.readdirSync(path.dirname(lock)), ["run.lock"]);
    }
  });
});
