import * as fs from "node:fs";
import * as path from "node:path";
import type { Platform } from "./platform";

export interface EnvironmentArgs {
  directory: string;
  platform: Pick<Platform, "emulator" | "iotCore" | "firehoseTap" | "inbox">;
  /** The authority of the fronts in place of distributions, in PEM. @default there are none */
  frontsCa?: string;
  /** The outputs of the program, by name. */
  outputs: Record<string, unknown>;
}

export interface EnvironmentFile {
  /** The shell's command, relative to the project's folder. */
  command: string;
  /** The address of the HTTP API; undefined for a program that has none. */
  apiUrl: string | undefined;
  remove(): void;
}

/**
 * Writes what another shell needs to use the local run, as `export` lines for `source`: endpoints, the authority of their certificates,
 * region, credentials, addresses, and the outputs of the stack. The files are readable by their owner only.
 */
export function writeEnvironment({
  directory,
  platform,
  frontsCa = "",
  outputs,
}: EnvironmentArgs): EnvironmentFile {
  const { emulator, iotCore, firehoseTap, inbox } = platform;
  const { endpoint, ca = "", region, root } = emulator.account;
  const folder = path.join(directory, ".local");
  const [environment, authorities, stack] = ["env", "ca.pem", "outputs.json"].map((name) =>
    path.join(folder, name),
  ) as [string, string, string];
  const apiUrl = apiUrlIn(outputs);
  const variables: Record<string, string | undefined> = {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ENDPOINT_URL_IOT_DATA_PLANE: iotCore.dataEndpoint,
    AWS_ENDPOINT_URL_FIREHOSE: firehoseTap.endpoint,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: root.accessKeyId,
    AWS_SECRET_ACCESS_KEY: root.secretAccessKey,
    // For the AWS CLI and for Node.js.
    AWS_CA_BUNDLE: authorities,
    NODE_EXTRA_CA_CERTS: authorities,
    STACK_OUTPUTS: stack,
    // By it, tools find out that the run was killed: its files, and the emulator, outlive it.
    LOCAL_RUN_PID: String(process.pid),
    MQTT_HOST: "127.0.0.1",
    MQTT_PORT: new URL(iotCore.mqttUrl).port,
    API_URL: apiUrl,
    INBOX_URL: inbox.url,
  };
  const lines = Object.entries(variables)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `export ${name}=${quoted(value ?? "")}`);
  // Either would take the place of the credentials above.
  lines.push("unset AWS_PROFILE AWS_SESSION_TOKEN");
  const files = {
    [environment]: `${lines.join("\n")}\n`,
    [authorities]: [ca, iotCore.ca, frontsCa]
      .filter((one) => one !== "")
      .map(
        (one) => `${one.trim()}
`,
      )
      .join(""),
    [stack]: JSON.stringify(outputs, undefined, 2),
  };
  const remove = (): void => Object.keys(files).forEach((file) => fs.rmSync(file, { force: true }));
  // The mode applies to new files only.
  remove();
  for (const [file, text] of Object.entries(files)) fs.writeFileSync(file, text, { mode: 0o600 });
  return { command: `source ${path.relative(directory, environment)}`, apiUrl, remove };
}

/** For a POSIX shell, which leaves everything between single quotes as it is. */
const quoted = (value: string): string => `'${value.replaceAll("'", `'\\''`)}'`;

/** The address of the API; other parts have an output `url`, too. */
function apiUrlIn(outputs: Record<string, unknown>): string | undefined {
  const { url } = (outputs["api-to-devices"] ?? {}) as { url?: unknown };
  return typeof url === "string" ? url : undefined;
}
