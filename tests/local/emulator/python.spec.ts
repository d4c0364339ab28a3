import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { findPython, prepare } from "../../../local/emulator/python";

/** A machine whose only programs are these shell scripts. */
describe("A machine's Python", () => {
  let machine: string;
  let env: NodeJS.ProcessEnv;
  beforeEach(() => {
    machine = fs.mkdtempSync(path.join(os.tmpdir(), "python-"));
    env = { PATH: machine };
  });
  afterEach(() => fs.rmSync(machine, { recursive: true, force: true }));

  const program = (name: string, script: string): void =>
    fs.writeFileSync(path.join(machine, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });

  it("is the first that is new enough", async () => {
    program("python3", "echo 3.10.0");
    program("python", "echo 3.13.1");
    assert.equal(await findPython(env), "python3");
  });

  it("is another if the first is too old", async () => {
    program("python3", "echo 3.9.18");
    program("python", "echo 4.0.0");
    assert.equal(await findPython(env), "python");
  });

  it("is the one that the variable PYTHON names, and no other", async () => {
    program("python3", "echo 3.12.0");
    program("mine", "echo 3.11.2");
    assert.equal(await findPython({ ...env, PYTHON: "mine" }), "mine");
    await assert.rejects(findPython({ ...env, PYTHON: "theirs" }), {
      message:
        "The emulator needs Python 3.10 or newer, and theirs was not found: install it, or name it in the variable PYTHON.",
    });
  });

  it("is missed in one sentence", async () => {
    const message =
      "The emulator needs Python 3.10 or newer, and neither python3 nor python was found: install it, or name it in the variable PYTHON.";
    await assert.rejects(findPython(env), { message });
    program("python3", "exit 1");
    await assert.rejects(findPython(env), { message });
  });

  it("is too old in one sentence, with the versions that are there", async () => {
    program("python3", "echo 3.9.18");
    program("python", "echo 2.7.18");
    await assert.rejects(findPython(env), {
      message:
        "The emulator needs Python 3.10 or newer, but python3 is 3.9.18 and python is 2.7.18: install a newer one, or name it in the variable PYTHON.",
    });
  });
});

describe("prepare", () => {
  let directory: string;
  let env: NodeJS.ProcessEnv;
  beforeEach(() => {
    directory = fs.mkdtempSync(path.join(os.tmpdir(), "prepare-"));
    env = { PATH: `${directory}:/usr/bin:/bin`, CALLS: path.join(directory, "calls") };
  });
  afterEach(() => fs.rmSync(directory, { recursive: true, force: true }));

  const home = () => path.join(directory, ".local", "venv");
  /** A Python that records its arguments, creates environments, and installs with `pip` as configured. */
  const python = (venv: string, pip = "exit 0"): void => {
    const inside = `#!/bin/sh\necho "$@" >> "$CALLS"\n${pip}\n`;
    fs.writeFileSync(path.join(directory, "pip"), inside, { mode: 0o755 });
    fs.writeFileSync(
      path.join(directory, "python3"),
      `#!/bin/sh
if [ "$1" = -c ]; then echo 3.12.1; exit; fi
echo "$@" >> "$CALLS"
${venv}
mkdir -p "$3/bin" "$3/lib/python3.12"
cp "${directory}/pip" "$3/bin/python"
`,
      { mode: 0o755 },
    );
  };
  const calls = (): string[] =>
    fs.existsSync(env.CALLS ?? "")
      ? fs
          .readFileSync(env.CALLS ?? "", "utf8")
          .trim()
          .split("\n")
      : [];

  it("makes an environment, installs wheels by hash, and says what takes time", async () => {
    python("");
    const reported: string[] = [];
    const made = await prepare({ directory, env, progress: (what) => reported.push(what) });
    assert.deepEqual(made, {
      python: path.join(home(), "bin", "python"),
      models: path.join(home(), "lib/python3.12/site-packages/botocore/data"),
    });
    assert.deepEqual(reported, ["making a Python environment", "installing the emulator"]);
    const [venv, pip, ...others] = calls();
    assert.deepEqual(others, []);
    assert.equal(venv, `-m venv ${home()}`);
    assert.match(
      pip ?? "",
      /^-m pip install --quiet --no-input --only-binary :all: --require-hashes -r .*local\/emulator\/requirements\.txt$/,
    );
  });

  it("leaves a complete environment as it is", async () => {
    python("");
    const first = await prepare({ directory, env });
    const reported: string[] = [];
    const second = await prepare({ directory, env: {}, progress: (what) => reported.push(what) });
    assert.deepEqual(second, first);
    assert.deepEqual(reported, []);
    assert.equal(calls().length, 2);
  });

  it("makes one anew that was made of other requirements, or never finished", async () => {
    python("");
    for (const breakIt of [
      () => fs.writeFileSync(path.join(home(), "complete"), "other"),
      () => fs.rmSync(path.join(home(), "complete")),
    ]) {
      await prepare({ directory, env });
      fs.writeFileSync(path.join(home(), "leftover"), "");
      breakIt();
      await prepare({ directory, env });
      assert.ok(!fs.existsSync(path.join(home(), "leftover")));
    }
  });

  it("says that the venv module is missing and how to get it", async () => {
    python('echo "Error" >&2; echo "/usr/bin/python3: No module named venv" >&2; exit 1');
    await assert.rejects(prepare({ directory, env }), {
      message:
        'python3 cannot make a virtual environment (/usr/bin/python3: No module named venv): install its venv module, on Debian and Ubuntu with "apt install python3-venv".',
    });
    assert.ok(!fs.existsSync(path.join(home(), "complete")));
  });

  it("says why the emulator could not be installed, and tries again the next time", async () => {
    python("", 'echo "ERROR: No matching distribution found" >&2; exit 1');
    await assert.rejects(prepare({ directory, env }), {
      message:
        "The emulator could not be installed (ERROR: No matching distribution found): check the connection to your Python package index and start again.",
    });
    assert.ok(!fs.existsSync(path.join(home(), "complete")));
    python("");
    await prepare({ directory, env });
    assert.ok(fs.existsSync(path.join(home(), "complete")));
  });

  it("has a sentence for an installer that says nothing", async () => {
    python("", "exit 3");
    await assert.rejects(prepare({ directory, env }), /could not be installed \(no reason given\)/);
  });

  for (const [step, venv, pip] of [
    ["making a Python environment", "exec sleep 60", ""],
    ["installing the emulator", "", "exec sleep 60"],
  ] as const)
    it(`can be ended while it is ${step}, and is not complete then`, async () => {
      python(venv, pip);
      const ending = new AbortController();
      const progress = (what: string) => void (what === step && setImmediate(() => ending.abort()));
      await assert.rejects(prepare({ directory, env, progress, signal: ending.signal }), /abort/i);
      assert.ok(!fs.existsSync(path.join(home(), "complete")));
    });
});
