import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { directory } from "../../support/emulator";
import type { World } from "./world";

/** Runs `npm run redrive -- <integration>` as an operator does; answers its lines, without the ids of messages. */
export async function redrive(
  { platform, deployment }: World,
  integration: string,
): Promise<{ code: number | null; lines: string[] }> {
  const { endpoint, ca = "", region, root } = platform.clients.account;
  const folder = fs.mkdtempSync(path.join(directory, ".local/operator-"));
  const authority = path.join(folder, "ca.crt");
  fs.writeFileSync(authority, ca);
  const outputs = path.join(folder, "outputs.json");
  fs.writeFileSync(outputs, JSON.stringify(deployment.outputs));
  const main = ["-r", "ts-node/register/transpile-only", "operations/redrive/main.ts"];
  const child = spawn(process.execPath, [...main, integration, "--outputs", outputs], {
    cwd: directory,
    env: {
      PATH: process.env["PATH"],
      NODE_EXTRA_CA_CERTS: authority,
      NODE_NO_WARNINGS: "1",
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_IOT_DATA_PLANE: platform.iotCore.dataEndpoint,
      AWS_REGION: region,
      AWS_ACCESS_KEY_ID: root.accessKeyId,
      AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
    },
  });
  const said: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => said.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk));
  const [code] = (await once(child, "close")) as [number | null];
  fs.rmSync(folder, { recursive: true });
  const lines = Buffer.concat(said).toString().trimEnd().split("\n");
  return { code, lines: lines.map((line) => line.replace(/^[0-9a-f-]{36} /, "")) };
}
