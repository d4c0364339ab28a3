import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { writeEnvironment } from "../../local/environment-file";

describe("the environment of another shell", () => {
  let directory: string;
  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "it's a folder-"));
    fs.mkdirSync(path.join(directory, ".local"));
  });
  afterEach(() => fs.rmSync(directory, { recursive: true }));

  const outputs = {
    topicPrefix: "devices",
    "api-to-devices": { url: "https://127.0.0.1:3/$default" },
  };
  const write = (its: Record<string, unknown> = outputs) =>
    writeEnvironment({
      directory,
      outputs: its,
      platform: {
        emulator: {
          account: {
            endpoint: "https://127.0.0.1:3",
            ca: "emulator's authority",
            region: "eu-central-1",
            accountId: "123456789012",
            root: { accessKeyId: "an id", secretAccessKey: "'$(secret)" },
          },
        } as never,
        iotCore: {
          mqttUrl: "mqtts://127.0.0.1:1",
          dataEndpoint: "http://127.0.0.1:2",
          ca: "broker's authority",
        } as never,
        firehoseTap: { endpoint: "http://127.0.0.1:5" } as never,
        inbox: { url: "http://127.0.0.1:4" } as never,
      },
      frontsCa: "fronts' authority",
    });
  const file = (name: string): string => path.join(directory, ".local", name);

  it("sets every variable exactly, whatever characters it has, and removes others' credentials", () => {
    const { command, apiUrl } = write();
    assert.equal(command, "source .local/env");
    assert.equal(apiUrl, "https://127.0.0.1:3/$default");
    // Node.js passes NODE_V8_COVERAGE to every child process while coverage is measured.
    const printed = execFileSync(
      "/bin/sh",
      ["-c", "set -eu; unset NODE_V8_COVERAGE; . .local/env; /usr/bin/env"],
      {
        cwd: directory,
        env: { AWS_PROFILE: "mine", AWS_SESSION_TOKEN: "mine" },
        encoding: "utf8",
      },
    );
    const set = printed
      .split("\n")
      .filter((line) => /^(AWS|NODE|STACK|LOCAL|MQTT|API|INBOX)_/.test(line));
    assert.deepEqual(set.sort(), [
      "API_URL=https://127.0.0.1:3/$default",
      "AWS_ACCESS_KEY_ID=an id",
      `AWS_CA_BUNDLE=${file("ca.pem")}`,
      "AWS_DEFAULT_REGION=eu-central-1",
      "AWS_ENDPOINT_URL=https://127.0.0.1:3",
      "AWS_ENDPOINT_URL_FIREHOSE=http://127.0.0.1:5",
      "AWS_ENDPOINT_URL_IOT_DATA_PLANE=http://127.0.0.1:2",
      "AWS_REGION=eu-central-1",
      "AWS_SECRET_ACCESS_KEY='$(secret)",
      "INBOX_URL=http://127.0.0.1:4",
      `LOCAL_RUN_PID=${process.pid}`,
      "MQTT_HOST=127.0.0.1",
      "MQTT_PORT=1",
      `NODE_EXTRA_CA_CERTS=${file("ca.pem")}`,
      `STACK_OUTPUTS=${file("outputs.json")}`,
    ]);
  });

  it("is readable by its owner only, also where a file was there before, and is removed", () => {
    fs.writeFileSync(file("env"), "", { mode: 0o644 });
    const { remove } = write();
    const names = ["ca.pem", "env", "outputs.json"];
    assert.deepEqual(fs.readdirSync(file("")).sort(), names);
    for (const name of names) assert.equal(fs.statSync(file(name)).mode & 0o777, 0o600, name);
    assert.equal(
      fs.readFileSync(file("ca.pem"), "utf8"),
      "emulator's authority\nbroker's authority\nfronts' authority\n",
    );
    assert.deepEqual(JSON.parse(fs.readFileSync(file("outputs.json"), "utf8")), outputs);
    remove();
    assert.deepEqual(fs.readdirSync(file("")), []);
  });

  it("has no address of an API where there is none", () => {
    assert.equal(write({ topicPrefix: "devices" }).apiUrl, undefined);
    assert.ok(!fs.readFileSync(file("env"), "utf8").includes("API_URL"));
  });
});
