import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { allRules, page, withCatalogue } from "../../policies/catalogue";
import { policies } from "../../policies/policies";

const folder = path.join(__dirname, "../../policies");
const files = fs
  .readdirSync(path.join(folder, "rules"), { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && file !== "index.ts")
  .sort();
const rules = allRules();

describe("The policy pack", () => {
  it("runs every rule file", async () => {
    const names = await Promise.all(files.map(nameIn));
    assert.deepEqual(names.sort(), rules.map(({ name }) => name).sort());
    assert.deepEqual(
      policies.map(({ name }) => name),
      rules.map(({ name }) => name),
    );
  });

  it("has a spec for every rule", () => {
    const missing = files.filter(
      (file) => !fs.existsSync(path.join(__dirname, "rules", file.replace(/\.ts$/, ".spec.ts"))),
    );
    assert.deepEqual(missing, []);
  });

  it("names a rule after its file", async () => {
    for (const file of files) {
      const [service = "", stem = ""] = file.replace(/\.ts$/, "").split("/");
      const name = await nameIn(file);
      const [verb = "", ...what] = stem.split("-");
      assert.ok(name.startsWith(`${service}-`), `${name} in rules/${service}`);
      assert.ok(name.includes(`-${verb}-`), `${name} in ${stem}.ts`);
      assert.ok(name.split(`-${verb}-`)[1]?.startsWith(what[0] ?? ""), `${name} in ${stem}.ts`);
    }
  });

  it("rejects lost messages, wide privilege and configurations that cannot work in the profile recommended", () => {
    const mandatory = rules.filter(({ recommended }) => recommended.level === "mandatory");
    assert.ok(mandatory.length >= 25 && mandatory.length <= 40, String(mandatory.length));
  });

  it("has a current catalogue; `node -r ts-node/register/transpile-only policies/catalogue.ts` updates it", () => {
    const text = fs.readFileSync(page, "utf8");
    assert.equal(text, withCatalogue(text, rules));
  });

  for (const rule of rules)
    describe(rule.name, () => {
      it("has all metadata that the CLI and the catalogue display", () => {
        assert.match(rule.name, /^[a-z0-9]+(-[a-z0-9]+)+$/);
        assert.match(rule.displayName, /^[A-Z].{10,80}[^.]$/);
        assert.match(rule.description, /^[A-Z].{20,160}\.$/);
        assert.match(rule.remediationSteps, /^[A-Z].{20,400}[.)]$/s);
        assert.match(rule.url, /^https:\/\/docs\.aws\.amazon\.com\/\S+\.html(#\S+)?$/);
        assert.match(rule.framework.reference, /^[A-Z]+\d\d-BP\d\d$/);
        assert.ok(["low", "medium", "high", "critical"].includes(rule.severity));
        assert.ok(["mandatory", "advisory"].includes(rule.recommended.level));
        assert.match(rule.recommended.because, /^[A-Z].{15,120}\.$/);
      });

      it("passes the metadata to the SDK", () => {
        const policy = policies.find(({ name }) => name === rule.name);
        const { displayName, description, severity, framework, remediationSteps, url } = rule;
        assert.deepEqual(
          [policy?.displayName, policy?.description, policy?.severity, policy?.framework],
          [displayName, description, severity, framework],
        );
        assert.deepEqual([policy?.remediationSteps, policy?.url], [remediationSteps, url]);
        assert.deepEqual(policy?.tags, [rule.area]);
        assert.equal(policy?.enforcementLevel, rule.recommended.level);
      });
    });
});

/** The name that a rule's file gives it, before anything runs it. */
async function nameIn(file: string): Promise<string> {
  const text = await fs.promises.readFile(path.join(folder, "rules", file), "utf8");
  return /^ {2}name: "([^"]+)"/m.exec(text)?.[1] ?? `none in ${file}`;
}
