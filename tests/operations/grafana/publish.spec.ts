import * as assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import * as fs from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as os from "node:os";
import * as path from "node:path";
import type { RecordedResource } from "../../../local/program";
import { createClient } from "../../../operations/grafana/client";
import { command, type CommandArgs } from "../../../operations/grafana/command";
import { readArguments } from "../../../operations/grafana/command-line";
import { dataSources } from "../../../operations/grafana/data-sources";
import { dashboards } from "../../../operations/grafana/documents";
import { publish } from "../../../operations/grafana/publish";
import { wholeProgram } from "../../policies/whole-program";
import { startGrafana, type GrafanaDouble } from "./double";
import { schemaFaults } from "./schema";
import { outputsOf, stackOf } from "./stack";

const token = randomBytes(16).toString("hex");
const directory = path.join(__dirname, "../../..");

describe("publishing dashboards", function () {
  this.timeout(120_000);
  let resources: RecordedResource[];
  let grafana: GrafanaDouble;
  before(async () => {
    resources = await wholeProgram();
    grafana = await startGrafana({ token });
  });
  after(() => grafana.stop());

  const publishAll = async (url = grafana.url, given = token): Promise<string[]> => {
    const stack = stackOf(resources);
    const said: string[] = [];
    await publish({
      client: createClient(url, given),
      name: stack.name,
      sources: dataSources(stack, outputsOf(resources), "of-the-database"),
      dashboards: dashboards(stack),
      say: (line) => said.push(line),
    });
    return said;
  };
  const state = () => ({
    folders: [...grafana.folders],
    sources: [...grafana.sources.keys()],
    dashboards: [...grafana.dashboards].map(([uid, { folderUid, title }]) => [
      uid,
      folderUid,
      title,
    ]),
    plugins: [...grafana.plugins],
  });

  it("creates a folder, the plug-in, data sources and dashboards", async () => {
    const said = await publishAll();
    const name = "iot-integrations-test";
    assert.deepEqual(state(), {
      folders: [[name, { title: name }]],
      sources: [`${name}-cloudwatch`, `${name}-athena`, `${name}-influxdb`],
      dashboards: [
        [`${name}-fleet`, name, `Fleet (${name})`],
        [`${name}-device`, name, `One device (${name})`],
        [`${name}-health`, name, `Health of integrations (${name})`],
      ],
      plugins: ["grafana-athena-datasource"],
    });
    assert.equal(said.length, 7);
    assert.doesNotMatch(said.join(), new RegExp(`${token}|of-the-database`));
  });

  it("gives each data source what it needs", () => {
    assert.deepEqual(grafana.sources.get("iot-integrations-test-athena"), {
      name: "iot-integrations-test athena",
      uid: "iot-integrations-test-athena",
      type: "grafana-athena-datasource",
      access: "proxy",
      jsonData: {
        authType: "default",
        defaultRegion: "eu-central-1",
        catalog: "AwsDataCatalog",
        database: "iot_integrations_test_iot_to_quicksight_lake",
        workgroup: "iot-integrations-test-iot-to-quicksight-queries",
      },
    });
    const { jsonData, secureJsonData, url } =
      grafana.sources.get("iot-integrations-test-influxdb") ?? {};
    assert.deepEqual(
      { jsonData, secureJsonData, url },
      {
        url: "https://influxdb.example.com:8181",
        jsonData: { version: "SQL", dbName: "iot", httpMode: "POST" },
        secureJsonData: { token: "of-the-database" },
      },
    );
  });

  it("replaces all of them when it runs again", async () => {
    const before = state();
    await publishAll();
    assert.deepEqual(state(), before);
    assert.deepEqual(
      [...grafana.dashboards.values()].map(({ version }) => version),
      [2, 2, 2],
    );
  });

  it("says what to do with a token that is refused or weak, and does not show it", async () => {
    await assert.rejects(publishAll(grafana.url, "expired"), {
      message:
        "Grafana refuses the token (401): create a new one, since tokens expire, and set GRAFANA_TOKEN.",
    });
    const viewer = await startGrafana({ token, role: "VIEWER" });
    await assert.rejects(publishAll(viewer.url), {
      message:
        "Grafana does not allow GET /api/plugins/grafana-athena-datasource/settings (403): the service account needs the role ADMIN.",
    });
    await viewer.stop();
  });

  it("passes on what Grafana says, and tells what is not Grafana", async () => {
    const client = createClient(grafana.url, token);
    await assert.rejects(
      client.send("POST", "/api/dashboards/db", { dashboard: { title: 1 }, folderUid: "none" }),
      /^Error: Grafana answered POST \/api\/dashboards\/db with 400: dashboard .*schemaVersion/,
    );
    const other = createServer((_, response) => response.end("<html>"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await assert.rejects(createClient(url, token).send("GET", "/api/folders/a"), {
      message: `${url} does not answer as Grafana's API: check the URL of the workspace.`,
    });
    other.close();
  });

  it("does not show a token that an answer echoes", async () => {
    const other = createServer(({ headers }, response) =>
      response.writeHead(502).end(`bad gateway: ${headers.authorization ?? ""}`),
    );
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    await assert.rejects(createClient(url, token).send("GET", "/api/folders/a"), {
      message: "Grafana answered GET /api/folders/a with 502: bad gateway: Bearer ***",
    });
    other.close();
  });

  it("reports nothing as published to a server that knows none of its paths", async () => {
    const other = createServer((_, response) => response.writeHead(404).end("not found"));
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
    const client = createClient(url, token);
    assert.equal(await client.send("GET", "/api/folders/a"), undefined);
    for (const method of ["POST", "PUT"] as const)
      await assert.rejects(client.send(method, "/api/folders", {}), {
        message: `Grafana does not know ${method} /api/folders (404): check the URL of the workspace and, for a plug-in, that its administration is on.`,
      });
    const stack = stackOf(resources);
    const said: string[] = [];
    const sources = dataSources(stack, outputsOf(resources), undefined);
    for (const some of [sources, sources.slice(0, 1), []])
      await assert.rejects(
        publish({
          ...{ client, name: stack.name, sources: some, dashboards: dashboards(stack) },
          say: (line) => said.push(line),
        }),
        /^Error: Grafana does not know POST \/api\/(plugins|datasources|folders)/,
      );
    assert.deepEqual(said, []);
    other.close();
  });
});

describe("npm run grafana", function () {
  this.timeout(120_000);
  const args = (changes: Partial<CommandArgs> = {}): CommandArgs => ({
    directory,
    ...{ stack: "dev", url: undefined, folder: undefined, environment: {} },
    outputs: outputsOf([]),
    say: () => undefined,
    ...changes,
  });

  it("writes dashboards to a folder without a token, for an import by hand", async () => {
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "grafana-"));
    const said: string[] = [];
    await command(args({ folder, say: (line) => said.push(line) }));
    const files = fs.readdirSync(folder).sort();
    // The outputs name no store.
    assert.deepEqual(files, ["fleet.json", "health.json"]);
    assert.deepEqual(
      said.sort(),
      files.map((file) => path.join(folder, file)),
    );
    for (const file of files)
      assert.deepEqual(
        schemaFaults(JSON.parse(fs.readFileSync(path.join(folder, file), "utf8"))),
        [],
      );
    fs.rmSync(folder, { recursive: true });
  });

  it("refuses a stack without Grafana, a missing token, and outputs without an account", async () => {
    await assert.rejects(command(args()), {
      message:
        "The stack dev has no Grafana: add grafana to its integrations, give --url, or write files by --export.",
    });
    const url = "https://grafana.example.com";
    await assert.rejects(command(args({ url })), {
      message:
        "GRAFANA_TOKEN is not set: create a token of a service account with the role ADMIN (docs/integrations/grafana.md).",
    });
    const outputs = { devicePolicyName: "d", topicPrefix: "devices", of: {} };
    await assert.rejects(command(args({ url, outputs, environment: { GRAFANA_TOKEN: "t" } })), {
      message: "The program must export alarms with topicArn, which tells account and region.",
    });
  });

  it("reads its arguments", () => {
    assert.deepEqual(readArguments(["--stack", "prod", "--export", "out"]), {
      ...{ help: false, stack: "prod", outputs: undefined, url: undefined, folder: "out" },
    });
    assert.throws(() => readArguments(["--url", "grafana"]), {
      message: "--url is 'grafana'; give the address of a Grafana, such as https://host.",
    });
    assert.throws(() => readArguments(["--url", "https://a", "--export", "b"]), {
      message: "--export writes files and publishes nothing: leave --url out.",
    });
  });
});
