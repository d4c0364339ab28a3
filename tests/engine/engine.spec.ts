import * as assert from "node:assert/strict";
import { stems } from "../../components/catalogue";
import { expectedAdvice } from "../support/advice";
import { endAll, missing } from "./cli";
import { danglingNames } from "./names";
import { byResource, nameOf, type Finding, type Outcome } from "./outcome";
import { createOverlay, type Overlay } from "./overlay";
import { sabotages } from "./sabotages";

/** Everything switched on, so that the policies see all that the program can make. */
const config = {
  "aws:region": "eu-central-1",
  "iot-integrations:integrations": [...stems],
  "iot-integrations:alarmEmails": ["operations@example.com"],
  "iot-to-sns:emails": ["night-shift@example.com"],
  "iot-to-sns:phoneNumbers": ["+4915112345678"],
  "iot-to-step-functions:emails": ["maintenance@example.com"],
  "iot-to-step-functions:limits": { temperature: 75 },
  "api-to-devices:tokenIssuer": "https://login.example.com",
  "api-to-devices:tokenAudience": ["dashboard"],
  "api-to-devices:corsOrigins": ["https://dashboard.example.com"],
  // Its URI ends in a digest; without it, the update would build an image with Docker.
  "stream-to-fargate:imageUri": `registry.example.com/consumer@sha256:${"0".repeat(64)}`,
  "iot-to-sagemaker:modelDataUrl": "s3://models-of-another-account/model.tar.gz",
  "iot-to-sagemaker:scoreMean": 0.75,
  "iot-to-sagemaker:scoreDeviation": 0.25,
  "iot-to-splunk:hecEndpoint": "https://splunk.example.com:8088",
  "iot-to-datadog:site": "datadoghq.eu",
  "iot-integrations:iotLogging": true,
  // Nothing could be destroyed otherwise.
  "iot-integrations:deletionProtection": false,
};

const isExpected = ({ policy }: Finding): boolean => expectedAdvice.includes(policy);

/** All findings but the expected advice. */
const besidesAdvice = ({ findings }: Outcome): Finding[] =>
  findings.filter((finding) => !isExpected(finding));

/** Planted, to be looked for: the URL of a webhook is often all that it takes to call it. */
const secrets = {
  "iot-to-sns:endpoints[0]": "https://tickets.example.com/alerts/for-tests-only",
  "edge-to-iot:originSecret": "planted-for-tests-and-opens-no-origin",
  "api-to-devices:cursorKey": "planted for tests, and signs no cursor",
};

const preview = ["preview", "--json"];
const update = ["up", "--yes", "--skip-preview", "--json"];
const pack = ["--policy-pack", "policies"];
/** The profile that this project uses. */
const policies = [...pack, "--policy-pack-config", "policies/strict.json"];

async function createStack(changes: object = {}, program?: string): Promise<Overlay> {
  const overlay = createOverlay({ ...config, ...changes }, program);
  await overlay.run("stack", "init", "--no-select");
  const pairs = Object.entries(secrets).flatMap(([key, value]) => ["--secret", `${key}=${value}`]);
  await overlay.run("config", "set-all", "--path", ...pairs);
  return overlay;
}

describe("The Pulumi engine", function () {
  this.timeout(600_000);

  before(async function () {
    const reason = await missing();
    if (reason === undefined) return;
    console.warn(`The tests with the Pulumi engine are skipped: ${reason}.`);
    this.skip();
  });

  after(endAll);

  describe("with this project's program, on an empty stack", () => {
    let stack: Overlay;
    let first: Outcome;
    let updated: Outcome;
    let second: Outcome;

    before(async () => {
      stack = await createStack();
      first = await stack.run(...preview, ...policies);
      updated = await stack.run(...update, ...policies);
      second = await stack.run(...preview, "--expect-no-changes");
    });

    after(() => stack?.remove());

    it("passes every policy at the first preview, with nothing unverified", () => {
      const { result, policyPacks, code } = first;
      const findings = besidesAdvice(first);
      const expected = { result: "succeeded", policyPacks: 1, findings: [], code: 0 };
      assert.deepEqual({ result, policyPacks, findings, code }, expected);
    });

    it("passes every policy at the update too, when all values are known", () => {
      const { result, policyPacks, code } = updated;
      const findings = besidesAdvice(updated);
      const expected = { result: "succeeded", policyPacks: 1, findings: [], code: 0 };
      assert.deepEqual({ result, policyPacks, findings, code }, expected);
    });

    it("gets two pieces of advice: on what all of it costs while idle, and on a distribution without a domain", () => {
      for (const { findings } of [first, updated])
        assert.deepEqual(
          findings
            .filter(isExpected)
            .map(({ level, policy }) => `${level} ${policy}`)
            .sort(),
          expectedAdvice.map((policy) => `advisory ${policy}`),
        );
    });

    it("creates at the update exactly what the first preview announced", () => {
      assert.ok(first.operations.create);
      assert.deepEqual(updated.operations, first.operations);
    });

    it("finds nothing to change at the second preview", () => {
      assert.equal(second.result, "succeeded");
      assert.deepEqual(second.operations, { same: first.operations.create });
      assert.equal(second.code, 0);
    });

    it("finds a resource behind every name that the program computed", () => {
      assert.equal(updated.result, "succeeded");
      assert.deepEqual(danglingNames(stack.resources()), []);
    });

    it("has judged what the real awsx makes of its components, one by one", () => {
      const made = stack.resources().filter(({ urn }) => /\$awsx:[^$]*\$aws:/.test(urn));
      const types = new Set(made.map(({ type }) => type));
      assert.deepEqual([...types].sort(), [
        "aws:ec2/eip:Eip",
        "aws:ec2/internetGateway:InternetGateway",
        "aws:ec2/natGateway:NatGateway",
        "aws:ec2/route:Route",
        "aws:ec2/routeTable:RouteTable",
        "aws:ec2/routeTableAssociation:RouteTableAssociation",
        "aws:ec2/subnet:Subnet",
        "aws:ec2/vpc:Vpc",
        "aws:ecs/service:Service",
      ]);
    });

    it("keeps secret settings out of the state and of what it prints", () => {
      assert.equal(updated.result, "succeeded");
      const printed = [first, updated, second].map(({ stdout, stderr }) => stdout + stderr);
      for (const secret of Object.values(secrets)) {
        assert.deepEqual(stack.stateFilesWith(secret), []);
        assert.deepEqual(
          printed.map((text) => text.includes(secret)),
          [false, false, false],
        );
      }
    });

    describe("and one integration renamed", () => {
      let renamed: Outcome;

      before(async () => {
        stack.edit("components/iot-to-sqs.ts", (text) =>
          text.replace("new IotToSqs(name,", 'new IotToSqs("work",'),
        );
        renamed = await stack.run(...preview);
      });

      it("replaces all of its resources, since names in AWS follow its own", () => {
        const its = (urns: string[] = []) => urns.map(nameOf).sort();
        const all = its(first.operations.create);
        const old = all.filter((name) => name.startsWith("iot-to-sqs"));
        assert.ok(old.length > 0);
        assert.deepEqual(its(renamed.operations.delete), old);
        assert.deepEqual(
          its(renamed.operations.create),
          old.map((name) => name.replace("iot-to-sqs", "work")).sort(),
        );
        // The alarms that integrations share name its queues, and the dashboard shows them.
        const shared = its(renamed.operations.update);
        assert.ok(
          shared.every((name) => /^(alarms-(quarantine|parse-error)-|health$)/.test(name)),
          shared.join(", "),
        );
        assert.deepEqual(
          its(renamed.operations.same),
          all.filter((name) => !name.startsWith("iot-to-sqs") && !shared.includes(name)),
        );
      });
    });

    describe("when it is destroyed", () => {
      let destroyed: Outcome;

      before(async () => {
        destroyed = await stack.run("destroy", "--yes", "--skip-preview", "--json");
      });

      it("leaves nothing", () => {
        assert.ok(first.operations.create);
        assert.deepEqual(destroyed.operations, { delete: first.operations.create });
        assert.deepEqual(stack.resources(), []);
      });
    });
  });

  describe("with a program that violates each policy, on an empty stack", () => {
    let stack: Overlay;
    const broken = stems.filter((stem) => sabotages.some(({ name }) => name.startsWith(stem)));
    const expected = sabotages
      .flatMap(({ refused }) => refused)
      .map(([policy, resource, sentence]) => ({ level: "mandatory", policy, resource, sentence }))
      .sort(byResource);

    before(async () => {
      stack = await createStack(
        { "iot-integrations:integrations": broken },
        "tests/engine/sabotaged.ts",
      );
    });

    after(() => stack?.remove());

    it("reports all violations at the first preview, and nothing else", async () => {
      const outcome = await stack.run(...preview, ...policies);
      assert.deepEqual(besidesAdvice(outcome), expected);
      assert.equal(outcome.code, 1);
    });

    it("takes the parameters of policies from that file too", async () => {
      const file = stack.write("settings.json", {
        all: "disabled",
        "aws-resource-require-tags": { enforcementLevel: "mandatory", keys: ["purpose", "owner"] },
        "cloudwatch-log-group-require-log-retention": {
          enforcementLevel: "advisory",
          longestDays: 7,
        },
      });
      const { findings, code } = await stack.run(...preview, ...pack, "--policy-pack-config", file);
      const sentences = new Set(
        findings.map(({ level, policy, sentence }) => `${level} ${policy} ${sentence}`),
      );
      assert.deepEqual([...sentences].sort(), [
        "advisory cloudwatch-log-group-require-log-retention Retains logs for 30 days: set retentionInDays to a value from 1 to 7.",
        "mandatory aws-resource-require-tags Lacks owner: set tags, or the provider's defaultTags.",
        "mandatory aws-resource-require-tags Lacks purpose, owner: set tags, or the provider's defaultTags.",
      ]);
      assert.equal(code, 1);
    });

    it("takes the levels of policies from a file of the stack's", async () => {
      const levels = { all: "advisory", "sqs-queue-require-redrive": "disabled" };
      const file = stack.write("levels.json", levels);
      const outcome = await stack.run(...preview, ...pack, "--policy-pack-config", file);
      assert.deepEqual(
        besidesAdvice(outcome),
        expected
          .filter(({ policy }) => policy !== "sqs-queue-require-redrive")
          .map((finding) => ({ ...finding, level: "advisory" })),
      );
      assert.equal(outcome.result, "succeeded");
      assert.equal(outcome.code, 0);
    });

    const refused: Record<string, [settings: object, sentence: RegExp]> = {
      "a level that there is not": [
        { all: "sometimes" },
        /^error: parsing enforcement level for "all": "sometimes" is not a valid enforcement level$/,
      ],
      "a rule that there is not": [
        { "sqs-queue-require-redrives": "disabled" },
        /There is no rule sqs-queue-require-redrives: docs\/policies\.md lists the rules by name\./,
      ],
      "a parameter that a rule does not have": [
        { "aws-resource-require-tags": { tags: ["owner"] } },
        /Rule aws-resource-require-tags has no parameter tags: it has keys\./,
      ],
      "a parameter of another type": [
        { "aws-resource-require-tags": { keys: "owner" } },
        /aws-resource-require-tags: keys: Invalid type\. Expected: array, given: string/,
      ],
      "a parameter out of range": [
        { "sqs-queue-require-long-retention": { shortestDays: 15 } },
        /sqs-queue-require-long-retention: shortestDays: Must be less than or equal to 14/,
      ],
    };
    for (const [what, [settings, sentence]] of Object.entries(refused))
      it(`refuses ${what}, before it looks at anything`, async () => {
        // The program that there is to look at is as small as possible.
        stack.configure({ ...config, "iot-integrations:integrations": ["iot-to-sqs"] });
        const file = stack.write("settings.json", settings);
        const outcome = await stack.run(...preview, ...pack, "--policy-pack-config", file);
        assert.match(outcome.result, sentence);
        assert.deepEqual([outcome.findings, outcome.operations], [[], {}]);
        assert.notEqual(outcome.code, 0);
      });
  });

  describe("with invalid settings", () => {
    let stack: Overlay;

    before(async () => {
      stack = createOverlay({});
      await stack.run("stack", "init", "--no-select");
    });

    after(() => stack?.remove());

    const refusals: Record<string, [settings: object, sentence: string]> = {
      "an unknown integration": [
        { "iot-integrations:integrations": ["iot-to-fax"] },
        `Configuration iot-integrations:integrations[0] is "iot-to-fax"; it must be one of ${stems.join(", ")}. Set it in Pulumi.test.yaml.`,
      ],
      "a value of another type": [
        { "iot-integrations:logRetentionDays": "a month" },
        "error: validating stack config: Stack 'test' with configuration key 'logRetentionDays' must be of type 'integer'",
      ],
      "a value of another type in the namespace of an integration": [
        { "iot-to-dynamodb:historyDays": "a month" },
        'Configuration iot-to-dynamodb:historyDays is "a month"; it must be a whole number, 1 to 3650. Set it in Pulumi.test.yaml.',
      ],
      "a misspelt key in the namespace of an integration": [
        { "iot-to-sns:email": ["night-shift@example.com"] },
        "Configuration iot-to-sns:email is not a setting; did you mean iot-to-sns:emails? Correct it in Pulumi.test.yaml.",
      ],
      "a misspelt key of the project": [
        { "iot-integrations:alarmEmail": ["night-shift@example.com"] },
        "Configuration iot-integrations:alarmEmail is not a setting; did you mean iot-integrations:alarmEmails? Correct it in Pulumi.test.yaml.",
      ],
      "a bad email address": [
        { "iot-to-sns:emails": ["night-shift"] },
        'Configuration iot-to-sns:emails[0] is "night-shift"; it must be an email address. Set it in Pulumi.test.yaml.',
      ],
      "a topic prefix that AWS IoT does not take": [
        { "iot-integrations:topicPrefix": "devices/#" },
        "Configuration iot-integrations:topicPrefix is \"devices/#\"; it must be one to five levels of letters, digits, '_' and '-', joined by '/', 64 characters in all. Set it in Pulumi.test.yaml.",
      ],
      "alarms without a list of recipients": [
        { "iot-integrations:alarmEmails": undefined },
        "error: validating stack config: Stack 'test' is missing configuration value 'alarmEmails'",
      ],
    };

    for (const [what, [settings, sentence]] of Object.entries(refusals))
      it(`refuses ${what}, in one sentence`, async () => {
        const minimum = { "aws:region": "eu-central-1", "iot-integrations:alarmEmails": [] };
        stack.configure({ ...minimum, ...settings });
        const { result, code } = await stack.run(...preview);
        assert.equal(result, sentence);
        assert.notEqual(code, 0);
      });
  });
});
