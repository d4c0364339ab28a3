import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { catalogue, messageStems, stems } from "../../components/catalogue";
import { Integrations } from "../../components";
import { pages } from "../../components/pages";
import type { Settings } from "../../components/parts/settings/setting";
import { deploy } from "../support/deploy";
import { quarantine, shared, telemetry } from "./support";

const project = path.join(__dirname, "../..");
const read = (file: string): string => fs.readFileSync(path.join(project, file), "utf8");

describe("the catalogue", () => {
  it("names each integration once, <source>-to-<target>", () => {
    assert.equal(new Set(stems).size, catalogue.length);
    for (const stem of messageStems) assert.match(stem, /^[a-z]+-to(-[a-z]+)+$/);
    // Its outputs are no stem, so it has no row in an audit.
    for (const stem of stems) if (!messageStems.includes(stem)) assert.match(stem, /^[a-z]+$/);
  });

  it("has a summary of one line for each integration", () => {
    for (const { stem, summary } of catalogue) assert.match(summary, /^[A-Z][^.]{20,115}\.$/, stem);
  });

  it("describes each setting in sentences", () => {
    for (const { stem, settings } of catalogue)
      for (const [key, { description }] of Object.entries(settings as Settings))
        assert.match(description, /^[A-Z].*\.$/, `${stem}:${key}`);
  });

  it("lets each callback that reads the stream have enhanced fan-out by its configuration", () => {
    const readers = catalogue.filter(({ stem }) =>
      /\b(fromStream|windowsOfStream)\b/.test(read(`components/${stem}.ts`)),
    );
    assert.ok(readers.length >= 4);
    for (const { stem, settings } of readers) assert.ok("enhancedFanOut" in settings, stem);
  });

  it("matches index.ts, in the same order, each line below its summary", () => {
    const lines = [...read("index.ts").matchAll(/^\/\/ (.*)\nintegrations\.create\("(.*)"\);$/gm)];
    assert.deepEqual(
      lines.map(([, summary, stem]) => ({ stem, summary })),
      catalogue.map(({ stem, summary }) => ({ stem, summary })),
    );
  });

  it("matches the files of every part of the project", () => {
    const files = (stem: string) => [
      `components/${stem}.ts`,
      `tests/components/${stem}.spec.ts`,
      `docs/integrations/${stem}.md`,
    ];
    const filesOfMessages = (stem: string) => [
      `tests/functions/samples/${stem}.ts`,
      `tests/local/integrations/${stem}.spec.ts`,
      `local/audit/integrations/${stem}.ts`,
      `operations/sinks/${stem}.ts`,
    ];
    const all = [...stems.flatMap(files), ...messageStems.flatMap(filesOfMessages)];
    const missing = all.filter((file) => !fs.existsSync(path.join(project, file)));
    assert.deepEqual(missing, []);
  });

  it("matches README.md and the integrations' pages; `npm run docs` regenerates them", async () => {
    for (const { file, text, renewed } of await pages()) assert.equal(text, renewed, file);
  });
});

describe("the integrations of a stack", () => {
  const stackOf = () => {
    const common = { ...shared(), logRetentionDays: 30, deletionProtection: true };
    return {
      ...common,
      telemetry: () => telemetry(common.alarms),
      quarantine: () => quarantine(common.alarms),
    };
  };
  const settings = {
    "iot-to-dynamodb": { historyDays: 7, enhancedFanOut: false },
    "iot-to-sqs": { maxReceiveCount: 4 },
  };

  it("are those that have settings, with their outputs under their stems", async () => {
    const { outputs, only } = await deploy(() => {
      const integrations = new Integrations(stackOf(), settings);
      for (const stem of stems) integrations.create(stem);
      return integrations.outputs();
    });
    assert.deepEqual(Object.keys(outputs), ["iot-to-dynamodb", "iot-to-sqs"]);
    assert.deepEqual(outputs["iot-to-sqs"], {
      ruleName: "iot_integrations_test_iot_to_sqs_rule",
      mqttUrl: "wss://example-ats.iot.eu-central-1.amazonaws.com/mqtt",
      queueUrl: "url-of-iot-integrations-test-iot-to-sqs-queue",
      failuresUrl: "url-of-iot-integrations-test-iot-to-sqs-failures",
      quarantineUrl: "url-of-iot-integrations-test-quarantine.fifo",
    });
    const work = only("aws:sqs/queue:Queue", "iot-to-sqs-queue");
    assert.match(String(work.redrivePolicy), /"maxReceiveCount":4/);
  });

  it("are an error that names an integration missing in the program", async () => {
    const forgotten = deploy(() => {
      const integrations = new Integrations(stackOf(), {});
      for (const stem of stems) if (stem !== "iot-to-sns") integrations.create(stem);
      return integrations.outputs();
    });
    await assert.rejects(forgotten, {
      message: "index.ts does not create iot-to-sns: add it, in the order of the catalogue.",
    });
  });

  it("are an error if one is created before an integration that it requires", () =>
    assert.rejects(
      deploy(() => new Integrations(stackOf(), {}).create("api-to-devices")),
      {
        message: "index.ts does not create iot-to-dynamodb: add it, in the order of the catalogue.",
      },
    ));
});
