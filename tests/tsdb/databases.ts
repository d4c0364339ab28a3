import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { gzipSync } from "node:zlib";
import type { InfluxdbResponse } from "../../functions/iot-to-timestream/influxdb-responses";
import { freePort } from "../../local/emulator/free-port";

const folder = path.join(__dirname, "../../.local/tsdb");

/** A real database of Debian, running on this machine. */
export interface Database {
  url: string;
  /** Posts lines as the writer does, to another path: these databases do not have that of InfluxDB 3. */
  post(lines: readonly string[]): Promise<InfluxdbResponse>;
  stop(): Promise<void>;
}

/** Unpacks a Debian package below `.local`, unless it is there; needs no root. Throws one sentence where there is no Debian. */
function unpacked(name: string): string {
  const target = path.join(folder, name);
  if (fs.existsSync(target)) return target;
  fs.mkdirSync(folder, { recursive: true });
  try {
    execFileSync("apt-get", ["download", "-q", name], { cwd: folder, stdio: "ignore" });
  } catch {
    throw new Error(
      `The Debian package ${name} cannot be downloaded: run apt-get update, or use a machine with Debian.`,
    );
  }
  const file = fs.readdirSync(folder).find((one) => one.startsWith(`${name}_`)) ?? "";
  execFileSync("dpkg-deb", ["-x", path.join(folder, file), target]);
  return target;
}

async function started(
  args: { command: string; options: string[]; data: string; port: number; path: string },
  isUp: string,
): Promise<Database> {
  const child: ChildProcess = spawn(args.command, args.options, { stdio: "ignore" });
  const exited = once(child, "exit");
  const url = `http://127.0.0.1:${args.port}`;
  const deadline = Date.now() + 30_000;
  while (!(await answers(`${url}${isUp}`))) {
    if (child.exitCode !== null || Date.now() > deadline)
      throw new Error(`${args.command} does not answer at ${url}.`);
    await new Promise((later) => setTimeout(later, 50));
  }
  return {
    url,
    async post(lines) {
      const headers = { "content-encoding": "gzip" };
      const body = gzipSync(lines.join("\n"));
      const response = await fetch(`${url}${args.path}`, { method: "POST", headers, body });
      return { status: response.status, body: await response.text(), retryAfter: 0 };
    },
    async stop() {
      child.kill();
      await exited;
      fs.rmSync(args.data, { recursive: true, force: true });
    },
  };
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

/** InfluxDB 1, which is strict about types and keeps texts. */
export async function startInfluxd(): Promise<Database> {
  const root = unpacked("influxdb");
  const [port, rpcPort] = [await freePort(), await freePort()];
  const data = fs.mkdtempSync(path.join(folder, "influxdb-"));
  const config = path.join(data, "influxdb.conf");
  fs.writeFileSync(
    config,
    [
      "reporting-disabled = true",
      `bind-address = "127.0.0.1:${rpcPort}"`,
      `[meta]\n  dir = "${data}/meta"`,
      `[data]\n  dir = "${data}/data"\n  wal-dir = "${data}/wal"\n  max-values-per-tag = 0`,
      `[http]\n  bind-address = "127.0.0.1:${port}"\n  log-enabled = false\n  max-row-limit = 0`,
    ].join("\n"),
  );
  const database = await started(
    {
      command: path.join(root, "usr/bin/influxd"),
      options: ["-config", config],
      ...{ data, port, path: "/write?db=iot&precision=ns" },
    },
    "/ping",
  );
  await fetch(`${database.url}/query?q=CREATE DATABASE iot`, { method: "POST" });
  return database;
}

/** VictoriaMetrics, which takes the requests of InfluxDB 2 and keeps numbers only. */
export async function startVictoria(): Promise<Database> {
  const root = unpacked("victoria-metrics");
  const port = await freePort();
  const data = fs.mkdtempSync(path.join(folder, "victoria-"));
  return started(
    {
      command: path.join(root, "usr/bin/victoria-metrics"),
      options: [
        `-httpListenAddr=127.0.0.1:${port}`,
        `-storageDataPath=${data}`,
        "-retentionPeriod=100y",
      ],
      ...{ data, port, path: "/api/v2/write?org=iot&bucket=iot&precision=ns" },
    },
    "/health",
  );
}
