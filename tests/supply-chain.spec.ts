import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { lockFaults, manifestFaults, requirementFaults, type LockFile } from "./support/pinned";

const root = path.join(__dirname, "..");
const read = (file: string): string => fs.readFileSync(path.join(root, file), "utf8");
const parsed = (file: string): unknown => JSON.parse(read(file));

/** Packages whose install scripts never run here, and why nothing is missing without them. None of ours needs one. */
const scriptsThatDoNotRun = {
  "aws-crt": {
    version: "1.33.1",
    reason:
      "Builds or fetches its library unless the package has it; it has those of Linux, macOS and Windows.",
  },
  "docker-classic": {
    version: "3.6.1",
    reason: "Installs a Pulumi plugin for awsx's images; the engine installs plugins on demand.",
  },
  "@pulumi/docker-build": {
    version: "0.0.14",
    reason: "Installs a Pulumi plugin for awsx's images; the engine installs plugins on demand.",
  },
  protobufjs: { version: "7.6.6", reason: "Prints a warning about version ranges." },
};

/** Tracked files of a name, and those of new files that Git does not ignore. */
const filesNamed = (name: string): string[] =>
  execFileSync(
    "git",
    ["ls-files", "--cached", "--others", "--exclude-standard", name, `**/${name}`],
    { cwd: root, encoding: "utf8" },
  )
    .trim()
    .split("\n");

const hash = `sha512-${"A".repeat(86)}==`;
const locked = (more: object, name = "some"): LockFile => ({
  packages: {
    "": {},
    [`node_modules/other/node_modules/${name}`]: { version: "1.0.0", integrity: hash, ...more },
  },
});

describe("npm's packages", () => {
  it("have an integrity, come from the registry, and have no install script that was not reviewed", () => {
    assert.deepEqual(lockFaults(parsed("package-lock.json") as LockFile, scriptsThatDoNotRun), []);
    const others = filesNamed("package-lock.json").filter((file) => file !== "package-lock.json");
    assert.notEqual(others.length, 0);
    for (const file of others) assert.deepEqual(lockFaults(parsed(file) as LockFile, {}), [], file);
  });

  it("are exact versions in each package.json", () => {
    const files = filesNamed("package.json");
    assert.ok(files.includes("package.json"));
    for (const file of files)
      assert.deepEqual(manifestFaults(parsed(file) as Record<string, unknown>), [], file);
  });

  for (const [what, lock, faults] of [
    ["a package that is complete", locked({ resolved: "https://registry.npmjs.org/x.tgz" }), []],
    [
      "a package without integrity",
      locked({ integrity: undefined }),
      ["some 1.0.0 has no SHA-512 integrity."],
    ],
    [
      "a package with a weaker hash",
      locked({ integrity: "sha1-AAAA" }),
      ["some 1.0.0 has no SHA-512 integrity."],
    ],
    [
      "a package from a Git repository",
      locked({ resolved: "git+ssh://git@example.com/some.git#1" }),
      ["some 1.0.0 does not come from the npm registry."],
    ],
    [
      "a folder of this machine",
      locked({ link: true }),
      ["some 1.0.0 does not come from the npm registry."],
    ],
    [
      "a new install script",
      locked({ hasInstallScript: true }),
      ["some 1.0.0 has an install script that was not reviewed."],
    ],
  ] as const)
    it(`finds in ${what} ${faults.length === 0 ? "nothing" : "its fault"}`, () =>
      assert.deepEqual(lockFaults(lock, {}), faults));

  it("are reviewed again when a package with an install script changes or loses it", () => {
    const known = { some: { version: "1.0.0" } };
    assert.deepEqual(lockFaults(locked({ hasInstallScript: true }), known), []);
    assert.deepEqual(lockFaults(locked({}), known), ["some has no install script any more."]);
    assert.deepEqual(lockFaults(locked({ version: "1.0.1", hasInstallScript: true }), known), [
      "some 1.0.1 has an install script that was not reviewed.",
      "some has no install script any more.",
    ]);
  });

  it("are not exact if a range, a tag, a file or a repository stands in package.json", () => {
    const versions = ["^1.0.0", "~1.0.0", "latest", "*", "1", "file:../x", "github:x/y", "npm:x@1"];
    for (const version of versions)
      assert.deepEqual(manifestFaults({ devDependencies: { some: version } }), [
        `some is '${version}', which is not an exact version.`,
      ]);
    assert.deepEqual(manifestFaults({ dependencies: { some: "1.0.0-rc.1" } }), []);
  });

  it("run no install script under the project's .npmrc", function () {
    this.timeout(60_000);
    const folder = fs.mkdtempSync(path.join(os.tmpdir(), "install-script-"));
    const write = (file: string, document: object): void => {
      fs.mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
      fs.writeFileSync(path.join(folder, file), JSON.stringify(document));
    };
    const install = (...args: string[]): boolean => {
      const ran = path.join(folder, "package", "ran");
      fs.rmSync(ran, { force: true });
      fs.rmSync(path.join(folder, "node_modules"), { recursive: true, force: true });
      execFileSync("npm", ["install", "--offline", "--no-package-lock", ...args], { cwd: folder });
      return fs.existsSync(ran);
    };
    try {
      write("package.json", { dependencies: { some: "file:./package" } });
      write("package/package.json", {
        name: "some",
        version: "1.0.0",
        scripts: { install: `node -e "fs.writeFileSync('ran', '')"` },
      });
      fs.copyFileSync(path.join(root, ".npmrc"), path.join(folder, ".npmrc"));
      assert.equal(install("--ignore-scripts=false"), true);
      assert.equal(install(), false);
    } finally {
      fs.rmSync(folder, { recursive: true });
    }
  });
});

describe("Python's packages", () => {
  it("are exact versions with hashes, without another index", () => {
    const files = filesNamed("*requirements*.txt");
    assert.ok(files.includes("local/emulator/requirements.txt"));
    for (const file of files) assert.deepEqual(requirementFaults(read(file)), [], file);
  });

  const sha = `--hash=sha256:${"0".repeat(64)}`;
  for (const [line, fault] of [
    [`some==1.0.0 \\\n    ${sha} \\\n    ${sha}`, undefined],
    [`some[extra]==1.0.0 ; python_version < "3.11" \\\n    ${sha}`, undefined],
    ["some==1.0.0", "some==1.0.0"],
    [`some>=1.0.0 ${sha}`, "some>=1.0.0"],
    [`some ${sha}`, "some"],
    ["some==1.0.0 --hash=md5:00", "some==1.0.0"],
    ["git+https://example.com/some.git", "git+https://example.com/some.git"],
    [`some @ https://example.com/some.whl ${sha}`, "some"],
    ["-e ./some", "-e"],
    ["--extra-index-url https://example.com", "--extra-index-url"],
  ] as const)
    it(`${fault === undefined ? "may be" : "may not be"} '${line.split("\n")[0]}'`, () =>
      assert.deepEqual(
        requirementFaults(`# a comment\n${line}\n`),
        fault === undefined ? [] : [`'${fault}' is not one version with SHA-256 hashes.`],
      ));
});
