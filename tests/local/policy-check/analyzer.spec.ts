import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { startAnalyzer, type Analyzer } from "../../../local/policy-check/analyzer";
import { asLines } from "../../../local/policy-check/finding";
import { check, report } from "../../../local/policy-check";
import { version } from "../../../policies/package.json";
import { recorded, unknown } from "../../support/policy";
import { rolePolicy, send, changed } from "../../policies/given";
import { expectedAdvice } from "../../support/advice";
import { longTest } from "../../support/long-test";

const directory = path.join(__dirname, "../../..");
const pack = path.join(directory, "policies");

describe("npm run policy", function () {
  this.timeout(120_000);

  longTest("passes the program with nothing unverified and nothing waived", async () => {
    const result = await check(directory, "local");
    assert.ok(result.resources > 100);
    const findings = result.findings.filter(({ policy }) => !expectedAdvice.includes(policy));
    assert.equal(
      report("local", { ...result, findings }),
      `Stack local: ${result.resources} resources, 0 violations, 0 unverified, 0 waived.`,
    );
  });

  it("names a stack that has no file", async () => {
    await assert.rejects(
      check(directory, "none"),
      /^Error: Pulumi\.none\.yaml cannot be read: run this in the project's folder/,
    );
  });

  it("closes with what it found", () => {
    const finding = { severity: "high", policy: "p", pack: "k@v1", urn: "" } as const;
    const findings = [
      { ...finding, level: "mandatory", message: "No p.\nIt is p." } as const,
      { ...finding, level: "advisory", message: "Unverified: 'a' of 'b'." } as const,
      { ...finding, level: "advisory", message: "Waived until 2027-01-01: It is p." } as const,
    ];
    const lines = report("dev", { findings, resources: 3 }).split("\n");
    assert.equal(lines.pop(), "Stack dev: 3 resources, 1 violation, 1 unverified, 1 waived.");
    assert.equal(lines.length, 7);
  });
});

describe("The policy pack in its own process", function () {
  this.timeout(120_000);
  let analyzer: Analyzer;
  before(async () => {
    analyzer = await startAnalyzer({ pack, project: "iot-integrations", stack: "test" });
  });
  after(() => analyzer?.stop());

  it("reports a violation as the CLI prints it", async () => {
    const found = await analyzer.analyze(recorded([rolePolicy(send({ Action: "sqs:*" }))]));
    const about = found.filter(({ policy }) => policy === "iam-statement-forbid-wildcard-actions");
    assert.deepEqual(about.map(asLines), [
      [
        "- [mandatory] [severity: high]  iam-statement-forbid-wildcard-actions  (aws:iam:RolePolicy: it)",
        "  No Allow statement has a wildcard in its actions.",
        "  Statement Send in policy allows sqs:*: specify each action by its full name.",
      ].join("\n"),
    ]);
    assert.equal(about[0]?.pack, `iot-integrations@v${version}`);
  });

  it("reports what is not known as unverified, not as a rule that cannot run", async () => {
    const found = await analyzer.analyze(recorded([changed(rolePolicy(), { policy: unknown })]));
    const lines = found.map(({ level, message }) => `${level}: ${message}`);
    assert.ok(lines.length > 0);
    assert.deepEqual(
      lines.filter((line) => !line.startsWith("advisory: Unverified: 'policy' of 'it' ")),
      [],
    );
  });
});

describe("The level of every rule", function () {
  this.timeout(120_000);
  const levels = async (level?: string) => {
    const analyzer = await startAnalyzer({
      pack,
      project: "iot-integrations",
      stack: "test",
      level,
    });
    try {
      const group = { type: "aws:cloudwatch/logGroup:LogGroup", inputs: { name: "g" } };
      return (await analyzer.analyze(recorded([group]))).map(
        (finding) => `${finding.level} ${finding.policy}`,
      );
    } finally {
      await analyzer.stop();
    }
  };

  it("is that of the profile recommended, or the one that is set for all", async () => {
    const retention = "cloudwatch-log-group-require-log-retention";
    assert.deepEqual(await levels(), [`advisory ${retention}`]);
    assert.deepEqual(await levels("mandatory"), [`mandatory ${retention}`]);
    assert.deepEqual(await levels("advisory"), [`advisory ${retention}`]);
    await assert.rejects(levels("sometimes"), { message: /no level sometimes/ });
  });
});

describe("A policy pack that cannot start", function () {
  this.timeout(120_000);

  it("is named with what it printed, and leaves no process", async () => {
    const broken = fs.mkdtempSync(path.join(os.tmpdir(), "pack-"));
    fs.writeFileSync(path.join(broken, "package.json"), "{}");
    fs.writeFileSync(path.join(broken, "index.js"), 'throw new Error("no rules here");');
    await assert.rejects(
      startAnalyzer({ pack: broken, project: "p", stack: "s" }),
      /The policy pack ended before it could be asked: .*no rules here/s,
    );
    fs.rmSync(broken, { recursive: true });
  });
});
