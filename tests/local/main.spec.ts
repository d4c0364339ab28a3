import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import { execFile } from "node:child_process";
import * as net from "node:net";
import { once } from "node:events";
import * as path from "node:path";
import { promisify } from "node:util";
import { stems } from "../../components/catalogue";
import {
  createCheckout,
  emulatorOf,
  gone,
  leftIn,
  running,
  type Checkout,
  type Run,
} from "./checkout";

describe("npm start", function () {
  // Every run starts an emulator and deploys the program.
  this.timeout(180_000);
  let checkout: Checkout;
  beforeEach(() => {
    checkout = createCheckout();
  });
  afterEach(() => checkout.remove());

  /** A stack with some of the integrations, which is deployed sooner than all of them. Returns its name. */
  function stackWith(...integrations: string[]): string {
    checkout.write(
      "Pulumi.some.yaml",
      [
        "config:",
        "  aws:region: eu-central-1",
        `  iot-integrations:integrations: [${integrations.join(", ")}]`,
        "  iot-integrations:alarmEmails: []",
        "  iot-to-sns:emails: [night-shift@example.com]",
        "  api-to-devices:cursorKey: of this test only, and signs nothing else",
        "",
      ].join("\n"),
    );
    return "some";
  }

  /** What a run says of itself on the error output; Pulumi warns there of outputs that a stack does not have. */
  const said = (run: Run): string => run.stderr().replace(/^warning: \[runtime\] .*\n/gm, "");

  /** Numbers of the final table by integration, in the order of its columns. */
  function tableIn(stdout: string): Record<string, number[]> {
    const lines = stdout.split("\n");
    const header = lines.findIndex((line) => line.startsWith("integration "));
    assert.equal(
      lines[header],
      lines[header]?.replace(/ on its way$/, " lost"),
      "The final table names what is lost.",
    );
    return Object.fromEntries(
      lines
        .slice(header + 1)
        .filter((line) => /^\S+-to-\S+( +[\d,]+){8}$/.test(line))
        .map((line) => {
          const [stem = "", ...cells] = line.split(/ +/);
          return [stem, cells.map((cell) => Number(cell.replaceAll(",", "")))];
        }),
    );
  }

  function assertBalanced(table: Record<string, number[]>): void {
    for (const [stem, cells] of Object.entries(table)) {
      const [published = 0, , repeated = 0, stored = 0, muted = 0, ...others] = cells;
      const [quarantined = 0, aside = 0, lost = 0] = others;
      assert.equal(repeated + stored + muted + quarantined + aside, published, stem);
      assert.equal(lost, 0, stem);
    }
  }

  /** What a run leaves in `.local`: its log, and what later runs use again. */
  const kept = ["callbacks", "duckdb", "lambda-node", "ministack.log", "transpiled", "venv"];

  it("--once publishes a load of a fleet of which a tenth is taken over, finds every message again and exits with 0", async () => {
    const words =
      "--once --messages 250 --devices 10 --hostile 0.1 --invalid 0.2 --critical 0.2 --duplicate 0.1 --differences";
    const run = checkout.start(words.split(" "));
    assert.equal(await run.ended, 0, run.stdout() + run.stderr());
    assert.match(run.stdout(), /^Publishing 250 messages of 10 devices, 1 of them taken over, /m);
    const table = tableIn(run.stdout());
    assert.deepEqual(
      Object.keys(table).sort(),
      // The API has a sentence of its own, and Grafana reads what the others store.
      stems.filter((stem) => stem !== "api-to-devices" && stem !== "grafana").sort(),
    );
    assertBalanced(table);
    assert.equal(table["iot-to-sqs"]?.[0], 250);
    assert.deepEqual(table["iot-to-sqs"]?.slice(3), table["iot-to-dynamodb"]?.slice(3));
    assert.match(
      run.stdout(),
      /^Every message is accounted for: 250 messages and \d+ log messages published, /m,
    );
    for (const step of ["emulator and IoT Core ready", "program deployed", "devices connected"])
      assert.match(run.stdout(), new RegExp(`^  ${step} +\\d+\\.\\d s$`, "m"));
    assert.match(
      run.stdout(),
      /^Not as on AWS:\n {2}- Mailboxes, phones and webhooks are a double/m,
    );
    assert.match(run.stdout(), /^ {2}- Queues are not encrypted at rest here/m);
    assert.match(run.stdout(), /^\d+ quarantined: [a-z0-9-]+: /m);
    assert.deepEqual(leftIn(checkout), kept);
  });

  it("runs until Ctrl-C, refuses a second run meanwhile, serves a shell that has sourced .local/env, and leaves no process", async () => {
    const stack = stackWith("iot-to-dynamodb", "iot-to-sqs", "api-to-devices");
    const run = checkout.start(["--stack", stack]);
    await run.wrote(/^Publishing messages of 10 devices, 5 a second, seed 1\.$/m);
    assert.match(run.stdout(), /^ {2}Your shell {2}source \.local\/env$/m);
    assert.match(run.stdout(), /^ {2}\d+ differences from AWS: npm start -- --differences, /m);
    await assertUsable(checkout);
    const second = checkout.start([]);
    assert.equal(await second.ended, 1);
    assert.equal(
      said(second),
      `The local run is already running in this folder, as process ${run.pid}: end it with Ctrl-C, or use another checkout.\n`,
    );
    const group = emulatorOf(checkout);
    assert.ok(running(group).length > 0);
    run.signal("SIGINT");
    assert.equal(await run.ended, 0);
    assert.match(run.stdout(), /\nStopped\.\n$/);
    assert.equal(said(run), "");
    await gone(group);
    assert.deepEqual(leftIn(checkout), kept);
  });

  /** Inspects and redrives a message, calls the API and publishes, with nothing but what `.local/env` sets. */
  async function assertUsable({ folder }: Checkout): Promise<void> {
    const shell = async (command: string): Promise<string> => {
      const { PATH } = process.env;
      const { stdout } = await promisify(execFile)("sh", ["-c", `. .local/env\n${command}`], {
        cwd: folder,
        env: { PATH, AWS_SESSION_TOKEN: "of another account", NODE_NO_WARNINGS: "1" },
      });
      return stdout;
    };
    const tool = (name: string): string =>
      (JSON.parse(fs.readFileSync("package.json", "utf8")) as { scripts: Record<string, string> })
        .scripts[name] ?? "";
    const payload = Buffer.from('{"made":"by an operator\u001b[7m"}').toString("base64");
    const body = JSON.stringify({ deviceId: "pump-7", receivedAt: 1, payload });
    await shell(`node -e '
      const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
      const { failuresUrl } = require(process.env.STACK_OUTPUTS)["iot-to-sqs"];
      new SQSClient({ useQueueUrlAsEndpoint: false })
        .send(new SendMessageCommand({ QueueUrl: failuresUrl, MessageBody: ${JSON.stringify(body)} }))'`);
    const shown = await shell(`${tool("inspect")} iot-to-sqs --limit 1000`);
    assert.match(shown, /^iot-to-sqs, quarantine: \d+ waiting$/m);
    assert.match(
      shown,
      /^iot-to-sqs, failures queue: 1 waiting\n\S+Z {2}pump-7 {2}not processed .*\n {2}\{"made":"by an operator\\u001b\[7m"\}$/m,
    );
    assert.match(await shell(`${tool("redrive")} iot-to-sqs`), /^1 redriven, 0 left/m);
    assert.match(
      await shell(`${tool("inspect")} iot-to-sqs`),
      /^iot-to-sqs, failures queue: 0 waiting$/m,
    );
    const answer = await shell(`node -e '
      const { Sha256 } = require("@aws-crypto/sha256-js");
      const { SignatureV4 } = require("@smithy/signature-v4");
      const { API_URL, AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY } = process.env;
      const { protocol, hostname, host, pathname } = new URL(API_URL + "/devices");
      const credentials = { accessKeyId: AWS_ACCESS_KEY_ID, secretAccessKey: AWS_SECRET_ACCESS_KEY };
      const request = { method: "GET", protocol, hostname, path: pathname, headers: { host } };
      new SignatureV4({ service: "execute-api", region: AWS_REGION, credentials, sha256: Sha256 })
        .sign(request)
        .then(({ headers }) => fetch(API_URL + "/devices", { headers }))
        .then(async (response) => console.log(await response.text()))'`);
    assert.ok("devices" in (JSON.parse(answer) as object), answer);
    const published = await shell(`node -e '
      const { readFileSync } = require("node:fs");
      const { AWS_CA_BUNDLE, MQTT_HOST, MQTT_PORT } = process.env;
      const client = require("mqtt").connect("mqtts://" + MQTT_HOST + ":" + MQTT_PORT, {
        clientId: "visitor",
        ca: readFileSync(AWS_CA_BUNDLE),
        cert: readFileSync(".local/visitor/certificate.pem"),
        key: readFileSync(".local/visitor/private-key.pem"),
      });
      const fail = (error) => {
        console.log(error.message);
        client.end(true);
      };
      client.on("error", fail);
      client.publish("devices/visitor/telemetry", "{}", { qos: 1 }, (error) => {
        console.log(error ? error.message : "acknowledged");
        client.end();
      });'`);
    assert.equal(published, "acknowledged\n");
  }

  it("ends at Ctrl-C while it starts", async () => {
    const run = checkout.start(["--stack", stackWith("iot-to-sqs")]);
    await run.wrote(/emulator and IoT Core ready/);
    const group = emulatorOf(checkout);
    run.signal("SIGTERM");
    assert.equal(await run.ended, 0);
    assert.match(run.stdout(), /\nStopped\.\n$/);
    assert.equal(said(run), "");
    await gone(group);
    // Some of it is made later than this run ended.
    assert.deepEqual(
      leftIn(checkout).filter((name) => !kept.includes(name)),
      [],
    );
  });

  it("ends by force at the second Ctrl-C", async () => {
    const stack = stackWith("iot-to-sqs");
    const run = checkout.start(["--once", "--messages", "100000", "--stack", stack]);
    await run.wrote(/^Publishing/m);
    const group = emulatorOf(checkout);
    run.signal("SIGINT");
    await run.wrote(/^Stopped before the audit\.$/m);
    run.signal("SIGINT");
    assert.equal(await run.ended, 1);
    await gone(group);
    assert.deepEqual(
      leftIn(checkout).filter((name) => name.startsWith("run-")),
      [],
    );
  });

  it("reports that the emulator has ended, and ends", async () => {
    const run = checkout.start(["--rate", "20", "--stack", stackWith("iot-to-sqs")]);
    await run.wrote(/^Publishing/m);
    const group = emulatorOf(checkout);
    process.kill(group, "SIGKILL");
    assert.equal(await run.ended, 1);
    assert.equal(
      said(run),
      "The emulator ended by signal SIGKILL; its last words are in .local/ministack.log.\n",
    );
    await gone(group);
  });

  it("replays a recording in CSV", async () => {
    const rows = Array.from({ length: 30 }, (_, index) => {
      const temperature = index === 7 ? "n/a" : 20 + index / 10;
      const state = index % 10 === 0 ? "critical" : "ok";
      return `pump ${index % 3};2021-06-01 12:00:${String(index).padStart(2, "0")};${temperature};40;1013;${state}`;
    });
    const file = checkout.write(
      "pumps.csv",
      ["Device;Time;Temp (°C);RH;Pressure [hPa];State", ...rows].join("\r\n"),
    );
    const stack = stackWith("iot-to-dynamodb", "iot-to-sns", "iot-to-sqs");
    const run = checkout.start(["--once", "--replay", file, "--speed", "0", "--stack", stack]);
    assert.equal(await run.ended, 0, run.stdout() + run.stderr());
    assert.match(run.stdout(), /^Publishing 30 readings of 3 devices, times moved to end now\.$/m);
    const table = tableIn(run.stdout());
    assert.deepEqual(table["iot-to-dynamodb"], [30, 29, 0, 29, 0, 1, 0, 0]);
    assert.deepEqual(table["iot-to-sns"], [3, 3, 0, 3, 0, 0, 0, 0]);
    assert.deepEqual(table["iot-to-sqs"], [30, 30, 0, 29, 0, 1, 0, 0]);
  });

  it("replays JSON lines, with columns and values from the command", async () => {
    const line = (number: number): string => JSON.stringify({ t: 20 + number, rh: 40, n: number });
    const file = checkout.write("cellar.jsonl", [1, 2, 3].map(line).join("\n"));
    const words = "--once --speed 0 --map t=temperature --set status=ok --set pressure=1013";
    const stack = stackWith("iot-to-dynamodb");
    const run = checkout.start([...words.split(" "), "--replay", file, "--stack", stack]);
    assert.equal(await run.ended, 0, run.stdout() + run.stderr());
    assert.match(run.stdout(), /^Publishing 3 readings of 1 device, /m);
    assert.deepEqual(tableIn(run.stdout())["iot-to-dynamodb"], [3, 3, 0, 3, 0, 0, 0, 0]);
  });

  /** Fails before anything is started, in one sentence. */
  async function refusal(
    words: string[],
    env: NodeJS.ProcessEnv = {},
  ): Promise<{ code: number | null; sentence: string }> {
    const run = checkout.start(words, env);
    const code = await run.ended;
    assert.ok(!fs.existsSync(path.join(checkout.folder, ".local", "run.lock")));
    return { code, sentence: said(run) };
  }

  it("rejects an unknown option with exit code 2", async () => {
    assert.deepEqual(await refusal(["--twice"]), {
      code: 2,
      sentence: `Unknown option '--twice'. "npm start -- --help" lists the options.\n`,
    });
  });

  it("lists its options", async () => {
    const run = checkout.start(["--help"]);
    assert.equal(await run.ended, 0);
    assert.match(run.stdout(), /^Usage: npm start -- \[options\]\n/);
  });

  it("refuses a stack without a file, and a recording that it cannot read", async () => {
    assert.deepEqual(await refusal(["--stack", "nowhere"]), {
      code: 1,
      sentence:
        "Pulumi.nowhere.yaml cannot be read: run this in the project's folder, with a stack that has a file.\n",
    });
    assert.deepEqual(await refusal(["--replay", "nowhere.csv"]), {
      code: 1,
      sentence: "nowhere.csv cannot be read (ENOENT); give a file by --replay.\n",
    });
  });

  it("refuses a configuration as the program does", async () => {
    checkout.write(
      "Pulumi.bad.yaml",
      "config:\n  aws:region: eu-central-1\n  iot-integrations:integrations: [iot-to-mars]\n  iot-integrations:alarmEmails: []\n",
    );
    const { code, sentence } = await refusal(["--stack", "bad"]);
    assert.equal(code, 1);
    assert.match(
      sentence,
      /^Configuration iot-integrations:integrations\[0\] is "iot-to-mars"; it must be one of .*\. Set it in Pulumi\.bad\.yaml\.\n$/,
    );
  });

  it("reports a port in use", async () => {
    const server = net.createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as net.AddressInfo;
    const { code, sentence } = await refusal(["--mqtt-port", String(port)]);
    server.close();
    assert.equal(code, 1);
    assert.equal(
      sentence,
      `Port ${port} on 127.0.0.1 is taken; name another one, or none for a free one.\n`,
    );
  });

  describe("without a requirement", () => {
    beforeEach(async () => {
      await checkout.remove();
      checkout = createCheckout({ installed: false });
    });

    /** A folder with a Python that does what a shell script says, for the PATH. */
    function pythonThat(script: string): NodeJS.ProcessEnv {
      const folder = path.join(checkout.folder, ".local", "bin");
      fs.mkdirSync(folder);
      fs.writeFileSync(path.join(folder, "python3"), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return { PATH: folder };
    }

    it("reports missing Python", async () => {
      const empty = path.join(checkout.folder, ".local", "empty");
      fs.mkdirSync(empty);
      assert.deepEqual(await refusal([], { PATH: empty }), {
        code: 1,
        sentence:
          "The emulator needs Python 3.10 or newer, and neither python3 nor python was found: install it, or name it in the variable PYTHON.\n",
      });
    });

    it("reports that Python is too old", async () => {
      assert.deepEqual(await refusal([], pythonThat("echo 3.8.0")), {
        code: 1,
        sentence:
          "The emulator needs Python 3.10 or newer, but python3 is 3.8.0: install a newer one, or name it in the variable PYTHON.\n",
      });
    });

    it("reports a missing venv module", async () => {
      const script = `[ "$1" = -c ] && echo 3.11.4 && exit 0; echo "No module named venv" >&2; exit 1`;
      assert.deepEqual(await refusal([], pythonThat(script)), {
        code: 1,
        sentence:
          'python3 cannot make a virtual environment (No module named venv): install its venv module, on Debian and Ubuntu with "apt install python3-venv".\n',
      });
    });
  });
});
