import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { DevicePolicy } from "../../components";
import { parseDocument } from "../../iam";
import type { Account } from "../../local/aws/clients";
import { decide, type DeviceAction } from "../../local/services/iot-core/permissions";
import { deviceVariables } from "../../policies/iam/device-variables";
import * as rules from "../../policies/rule-list";
import type { Rule } from "../../policies/rule";
import { account, deploy, region } from "../support/deploy";
import { said } from "../support/policy";

const file = path.join(__dirname, "../../docs/devices.md");

/** The JSON of the page, in its order: the provisioning template, and the two policies. */
const blocks = (): unknown[] =>
  [...fs.readFileSync(file, "utf8").matchAll(/```json\n([^]*?)```/g)].map(
    ([, block = ""]): unknown => JSON.parse(block),
  );

/** The policy document below a marker of the page. */
function documentBelow(marker: string): string {
  const page = fs.readFileSync(file, "utf8");
  const [, document] = page.split(`<!-- policy: ${marker} -->`)[1]?.split("```json\n") ?? [];
  assert.ok(document, marker);
  return document.split("```")[0] ?? "";
}

/** What each rule of the pack says about a device policy. */
async function findings(policy: string): Promise<string[]> {
  const found: string[] = [];
  for (const rule of Object.values(rules) as Rule[]) {
    const given = { type: "aws:iot/policy:Policy", name: "jobs", inputs: { policy } };
    found.push(...(await said(rule, given)).map((sentence) => `- ${rule.name}: ${sentence}`));
  }
  return found;
}

interface Template {
  Parameters: Record<string, { Type: string }>;
  Resources: Record<string, { Type: string; Properties: Record<string, unknown> }>;
}

/** The same statements for the topics of streams, which the page describes as a policy of its own. */
function ofStreams(policy: string): string {
  const document = JSON.parse(policy) as { Version: string; Statement: { Resource: string[] }[] };
  const { Version, Statement: statements } = document;
  return JSON.stringify({
    Version,
    Statement: statements.map((statement) => ({
      ...statement,
      Resource: (statement.Resource[0] ?? "").replace(/shadow\/.*$/, "streams/*"),
    })),
  });
}

describe("The page about devices", () => {
  it("has a policy for shadows and jobs that the pack accepts", async () => {
    const accepted = documentBelow("accepted");
    assert.deepEqual(await findings(accepted), []);
    assert.deepEqual(await findings(ofStreams(accepted)), []);
  });

  it("has what the pack says about a wider one", async () => {
    const page = fs.readFileSync(file, "utf8");
    const [, block] = /<!-- findings: begin -->\n([^]*?)<!-- findings: end -->/.exec(page) ?? [];
    const shown = (block ?? "").replace(/\s+/g, " ").replace(/\\\*/g, "*").trim();
    const expected = (await findings(documentBelow("rejected"))).join(" ");
    assert.ok(expected.includes("iot-policy-require-exact-topics"));
    assert.equal(shown, expected);
  });

  it("has a policy that lets a device use its own shadow, jobs and streams, and no other device's", () => {
    const accepted = documentBelow("accepted");
    const identity = {
      id: "certificate",
      thingName: "pump-7",
      policies: [accepted, ofStreams(accepted)].map((text) => parseDocument(text)),
    };
    const here = { region, accountId: account } as Account;
    const may = (asked: DeviceAction): boolean =>
      decide(here, { identity, clientId: "pump-7" }, asked).allowed;
    const allowed = (thing: string): string[] => {
      const own = `$aws/things/${thing}`;
      const published = [
        "shadow/get",
        "shadow/update",
        "jobs/start-next",
        "jobs/j-1/update",
        "streams/s-1/get/cbor",
      ];
      const received = ["accepted", "rejected"].flatMap((how) => [
        `jobs/get/${how}`,
        `shadow/get/${how}`,
      ]);
      received.push(
        "shadow/update/delta",
        "shadow/update/rejected",
        "jobs/notify-next",
        "streams/s-1/data/cbor",
      );
      return [
        ...published
          .filter((topic) => may({ action: "iot:Publish", topic: `${own}/${topic}` }))
          .map((topic) => `publish ${topic}`),
        ...received
          .filter((filter) => may({ action: "iot:Subscribe", filter: `${own}/${filter}` }))
          .filter((topic) => may({ action: "iot:Receive", topic: `${own}/${topic}` }))
          .map((topic) => `receive ${topic}`),
      ];
    };
    assert.equal(allowed("pump-7").length, 13, allowed("pump-7").join(", "));
    assert.deepEqual(allowed("pump-8"), []);
    assert.equal(may({ action: "iot:Publish", topic: "$aws/things/pump-7/shadow/delete" }), false);
    assert.equal(may({ action: "iot:Subscribe", filter: "$aws/things/pump-7/shadow/#" }), false);
  });

  it("has policies of documented variables, that are not longer than AWS IoT takes them in any region", () => {
    const policies = blocks().slice(1);
    assert.equal(policies.length, 2);
    for (const policy of policies) {
      const used = [...JSON.stringify(policy).matchAll(/\$\{([^}]*)\}/g)].map(
        ([, name = ""]) => name,
      );
      assert.deepEqual(
        used.filter((name) => !(name in deviceVariables)),
        [],
      );
    }
    // https://docs.aws.amazon.com/general/latest/gr/iot-core.html
    const longest = documentBelow("accepted")
      .replaceAll(region, "ap-southeast-1")
      .replace(/\s/g, "");
    assert.ok(longest.length <= 2_048, `${longest.length} characters`);
  });

  it("has a provisioning template as AWS describes it, with the name of the stack's policy", async () => {
    const [template] = blocks() as [Template];
    assert.deepEqual(Object.keys(template), ["Parameters", "Resources"]);
    const declared = Object.entries(template.Parameters).map(
      ([name, { Type }]) => `${name}: ${Type}`,
    );
    assert.deepEqual(declared, ["SerialNumber: String"]);
    const references = [...JSON.stringify(template).matchAll(/"Ref":"([^"]*)"/g)].map(
      ([, name]) => name,
    );
    // https://docs.aws.amazon.com/iot/latest/developerguide/provision-template.html
    assert.deepEqual(references, ["SerialNumber", "AWS::IoT::Certificate::Id"]);
    const of = (type: string): Record<string, unknown>[] =>
      Object.values(template.Resources)
        .filter(({ Type }) => Type === `AWS::IoT::${type}`)
        .map(({ Properties }) => Properties);
    assert.deepEqual(
      of("Certificate").map(({ Status }) => Status),
      ["ACTIVE"],
    );
    assert.deepEqual(of("Thing").map(Object.keys), [["ThingName"]]);
    const made = await deploy(() => new DevicePolicy("device", { topicPrefix: "devices" }));
    const { name } = made.only("aws:iot/policy:Policy");
    assert.deepEqual(of("Policy"), [{ PolicyName: String(name).replace("-test-", "-dev-") }]);
  });
});
