import * as assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { once } from "node:events";
import * as fs from "node:fs";
import * as path from "node:path";
import { hadolint } from "../../support/hadolint";
import { imageSources } from "../../../components/stream-to-fargate";

const project = path.join(__dirname, "../../..");
const read = (file: string): string => fs.readFileSync(path.join(project, file), "utf8");
const dockerfile = "functions/stream-to-fargate/Dockerfile";
/** The instructions, one a line, without comments. */
const instructions = read(dockerfile)
  .replace(/^#.*\n/gm, "")
  .replace(/\\\n\s*/g, "")
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => line.split(/\s+/, 1)[0] + " " + line.replace(/^\S+\s+/, ""));
const of = (name: string): string[] =>
  instructions
    .filter((line) => line.startsWith(`${name} `))
    .map((line) => line.slice(name.length + 1));

describe("The Dockerfile of stream-to-fargate", () => {
  it("has no finding of the linter, which finds what is broken", async function () {
    this.timeout(120_000);
    const findings = async (text: string): Promise<unknown[]> => {
      const child = execFile(await hadolint(), ["--no-fail", "--format", "json", "-"]);
      const output: string[] = [];
      child.stdout?.on("data", (part: string) => output.push(part));
      child.stdin?.end(text);
      await once(child, "close");
      return JSON.parse(output.join("")) as unknown[];
    };
    assert.deepEqual(await findings(read(dockerfile)), []);
    const broken = read(dockerfile)
      .replace(/@sha256:[0-9a-f]+/g, "")
      .replace(/:24-slim/, "");
    assert.deepEqual(
      (await findings(broken)).map((one) => (one as { code: string }).code),
      ["DL3006"],
    );
  });

  it("pins both of its images by digest", () => {
    const images = of("FROM").map(
      (line) => line.replace(/^--platform=\S+ /, "").split(" ")[0] ?? "",
    );
    assert.equal(images.length, 2);
    for (const image of images) assert.match(image, /^[a-z0-9./:-]+@sha256:[0-9a-f]{64}$/);
  });

  it("takes the compiled program only from the stage that builds, and runs without root", () => {
    const last = instructions.slice(instructions.lastIndexOf(`FROM ${of("FROM").at(-1)}`) + 1);
    assert.deepEqual(
      last.map((line) => line.split(" ")[0]),
      ["WORKDIR", "COPY", "ENV", "USER", "CMD"],
    );
    assert.ok(last.includes("COPY --from=build /app /app"));
    assert.ok(last.includes("USER 65532:65532"));
  });

  it("installs what the lock file says, and runs no script of a package", () => {
    const [install = ""] = of("RUN");
    assert.match(install, /^npm ci --ignore-scripts /);
    assert.equal(of("ADD").length, 0);
    for (const line of of("RUN")) assert.doesNotMatch(line, /curl|wget|npx -y|npm install|apt-get/);
  });

  it("copies no more than what the tag of the image is made of, and sees nothing else", () => {
    const copied = of("COPY")
      .filter((line) => !line.startsWith("--from="))
      .flatMap((line) => line.split(" ").slice(0, -1));
    assert.deepEqual([...new Set(copied)].sort(), [...imageSources].sort());
    const seen = read(`${dockerfile}.dockerignore`).split("\n").filter(Boolean);
    assert.deepEqual(seen, ["*", ...[...imageSources].sort().map((source) => `!${source}`)]);
  });

  it("starts files that the compiler makes", () => {
    const [command = ""] = of("CMD");
    const [entry = ""] = JSON.parse(command) as string[];
    assert.ok(fs.existsSync(path.join(project, entry.replace(/\.js$/, ".ts"))));
  });
});
