import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as rules from "../../policies/rule-list";
import type { Rule } from "../../policies/rule";
import { said } from "../support/policy";

const file = path.join(__dirname, "../../docs/devices.md");

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

describe("The page about devices", () => {
  it("has a policy for shadows and jobs that the pack accepts", async () => {
    assert.deepEqual(await findings(documentBelow("accepted")), []);
  });

  it("has what the pack says about a wider one", async () => {
    const page = fs.readFileSync(file, "utf8");
    const [, block] = /<!-- findings: begin -->\n([^]*?)<!-- findings: end -->/.exec(page) ?? [];
    const shown = (block ?? "").replace(/\s+/g, " ").replace(/\\\*/g, "*").trim();
    const expected = (await findings(documentBelow("rejected"))).join(" ");
    assert.ok(expected.includes("iot-policy-require-exact-topics"));
    assert.equal(shown, expected);
  });
});
