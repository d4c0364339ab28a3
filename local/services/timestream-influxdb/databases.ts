import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { startInfluxdb, type InfluxdbDouble } from "../../doubles/influxdb";
import { createAuthority, type Authority } from "../iot-core";

/** The databases of a deployment, each a double of InfluxDB 3. */
export interface InfluxdbDatabases {
  /** A file with the certificate by which functions know the databases; undefined as long as there are none. */
  readonly caFile: string | undefined;
  /** The same in PEM. */
  readonly ca: string | undefined;
  start(name: string, token: string): Promise<InfluxdbDouble>;
  /** Throws for a database that was not started. */
  named(name: string): InfluxdbDouble;
  stop(): Promise<void>;
}

/** `emulatorCa`, in PEM, stays among what functions trust: a process reads one file of further authorities only. */
export function createInfluxdbDatabases(emulatorCa = ""): InfluxdbDatabases {
  const databases = new Map<string, InfluxdbDouble>();
  let trust: { authority: Authority; folder: string; caFile: string } | undefined;

  async function trusted(): Promise<NonNullable<typeof trust>> {
    if (trust) return trust;
    const authority = await createAuthority();
    const folder = mkdtempSync(path.join(tmpdir(), "influxdb-"));
    const caFile = path.join(folder, "ca.pem");
    writeFileSync(caFile, `${emulatorCa}\n${authority.ca}`);
    return (trust = { authority, folder, caFile });
  }

  return {
    get caFile() {
      return trust?.caFile;
    },
    get ca() {
      return trust?.authority.ca;
    },
    async start(name, token) {
      const { authority } = await trusted();
      const certificate = await authority.issueServer(["localhost"]);
      const database = await startInfluxdb({ token, certificate });
      databases.set(name, database);
      return database;
    },
    named(name) {
      const database = databases.get(name);
      if (!database) throw new Error(`The program has no database ${name}.`);
      return database;
    },
    async stop() {
      await Promise.all([...databases.values()].map((database) => database.stop()));
      databases.clear();
      if (trust) rmSync(trust.folder, { recursive: true, force: true });
      trust = undefined;
    },
  };
}
