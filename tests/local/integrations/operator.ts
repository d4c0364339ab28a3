import { spawn } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { directory } from "../../support/emulator";
import type { World } from "./world";

/** Runs `npm run redrive -- <integration>` as an operator does; answers its lines, without the ids of messages. */
export async function redrive(
  world: World,
  integration: string,
): Promise<{ code: number | null; lines: string[] }> {
  const { code, lines } = await operate(world, "redrive", [integration], world.deployment.outputs);
  return { code, lines: lines.map((line) => line.replace(/^[0-9a-f-]{36} /, "")) };
}

/** Runs `npm run verify` as an operator does, as if this machine were the account. */
export async function verify(
  world: World,
  ...words: string[]
): Promise<{ code: number | null; lines: string[] }> {
  const { iotCore, clients } = world.platform;
  await iotCore.introduce(clients.account.root);
  const worker = world.deployment.outputs["iot-to-sqs"] as Record<string, string>;
  return operate(world, "verify", ["--stack", "local", ...words], {
    ...world.deployment.outputs,
    // The only output that names a host.
    "iot-to-sqs": { ...worker, mqttUrl: iotCore.websocketUrl },
  });
}

async function operate(
  { platform, deployment }: World,
  tool: string,
  words: string[],
  stackOutputs: Record<string, unknown>,
): Promise<{ code: number | null; lines: string[] }> {
  const { endpoint, ca = "", region, root } = platform.clients.account;
  const folder = fs.mkdtempSync(path.join(directory, ".local/operator-"));
  const authority = path.join(folder, "ca.crt");
  const { ca: brokers } = await platform.iotCore.addThing("operator", []);
  fs.writeFileSync(authority, [ca, brokers, deployment.distributions.ca ?? ""].join("\n"));
  const outputs = path.join(folder, "outputs.json");
  fs.writeFileSync(outputs, JSON.stringify(stackOutputs));
  const main = ["-r", "./local/register.js", `operations/${tool}/main.ts`];
  const child = spawn(process.execPath, [...main, ...words, "--outputs", outputs], {
    cwd: directory,
    env: {
      PATH: process.env["PATH"],
      NODE_EXTRA_CA_CERTS: authority,
      NODE_NO_WARNINGS: "1",
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_IOT_DATA_PLANE: platform.iotCore.dataEndpoint,
      AWS_ENDPOINT_URL_REDSHIFT_DATA: platform.dataApi.endpointOf(),
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
  return { code, lines: Buffer.concat(said).toString().trimEnd().split("\n") };
}
