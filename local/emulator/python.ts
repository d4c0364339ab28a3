import { execFile, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import * as fs from "node:fs";
import * as path from "node:path";
import { promisify } from "node:util";
import { ownFolder } from "../own-folder";

const run = promisify(execFile);

/** The oldest Python version that the emulator supports. */
const oldest = [3, 10] as const;

const requirements = path.join(__dirname, "requirements.txt");

export interface PrepareArgs {
  /** The project's folder; everything goes below its `.local`. */
  directory: string;
  /** Receives, in a few words, what takes time. */
  progress?: (what: string) => void;
  /** @default process.env */
  env?: NodeJS.ProcessEnv;
  /** Ends the installation when it fires. */
  signal?: AbortSignal;
}

export interface PythonEnvironment {
  /** The interpreter that has the emulator. */
  python: string;
  /** The API models that come with it: `…/botocore/data`. */
  models: string;
}

/**
 * Creates the emulator's Python environment in `.local/venv`, unless it exists and is complete. Packages are wheels, installed by hash.
 * A stamp is written last, so that an interrupted installation is repeated.
 */
export async function prepare({
  directory,
  progress = () => undefined,
  env = process.env,
  signal,
}: PrepareArgs): Promise<PythonEnvironment> {
  const home = path.join(ownFolder(directory), "venv");
  const stamp = path.join(home, "complete");
  const wanted = createHash("sha256").update(fs.readFileSync(requirements)).digest("hex");
  if (!fs.existsSync(stamp) || fs.readFileSync(stamp, "utf8") !== wanted) {
    const python = await findPython(env);
    fs.rmSync(home, { recursive: true, force: true });
    progress("making a Python environment");
    await makeEnvironment(python, home, { env, signal });
    progress("installing the emulator");
    await install(path.join(home, "bin", "python"), { env, signal });
    fs.writeFileSync(stamp, wanted);
  }
  return { python: path.join(home, "bin", "python"), models: models(home) };
}

/** Returns the first Python that is new enough; throws one sentence if there is none. */
export async function findPython(env: NodeJS.ProcessEnv): Promise<string> {
  const tooOld: string[] = [];
  for (const candidate of env.PYTHON ? [env.PYTHON] : ["python3", "python"]) {
    const version = await versionOf(candidate, env);
    if (!version) continue;
    if (isNewEnough(version)) return candidate;
    tooOld.push(`${candidate} is ${version}`);
  }
  const needed = `Python ${oldest.join(".")} or newer`;
  throw new Error(
    tooOld.length > 0
      ? `The emulator needs ${needed}, but ${tooOld.join(" and ")}: install a newer one, or name it in the variable PYTHON.`
      : `The emulator needs ${needed}, and ${env.PYTHON ?? "neither python3 nor python"} was ${env.PYTHON ? "not " : ""}found: install it, or name it in the variable PYTHON.`,
  );
}

async function versionOf(python: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  try {
    const program = "import sys; print('%d.%d.%d' % sys.version_info[:3])";
    const { stdout } = await run(python, ["-c", program], { env });
    return stdout.trim();
  } catch {
    return undefined;
  }
}

function isNewEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

type Surroundings = Pick<PrepareArgs, "env" | "signal">;

async function makeEnvironment(
  python: string,
  home: string,
  { env, signal }: Surroundings,
): Promise<void> {
  try {
    await run(python, ["-m", "venv", home], { env, signal });
  } catch (error) {
    const said = lastLine(error);
    // Debian ships Python without this module.
    throw new Error(
      `${python} cannot make a virtual environment (${said}): install its venv module, on Debian and Ubuntu with "apt install python3-venv".`,
    );
  }
}

async function install(python: string, { env, signal }: Surroundings): Promise<void> {
  const child = spawn(
    python,
    [
      ...["-m", "pip", "install", "--quiet", "--no-input"],
      // A source distribution runs its own code while it is built; a wheel is only unpacked.
      ...["--only-binary", ":all:", "--require-hashes", "-r", requirements],
    ],
    { env, signal, stdio: ["ignore", "ignore", "pipe"] },
  );
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0)
    throw new Error(
      `The emulator could not be installed (${lastLine({ stderr: said })}): check the connection to your Python package index and start again.`,
    );
}

function lastLine(error: unknown): string {
  const { stderr, stdout, message } = error as {
    stderr?: string;
    stdout?: string;
    message?: string;
  };
  const lines = (stderr || stdout || message || "no reason given").trim().split("\n");
  return (lines.pop() ?? "").trim();
}

/** The folder is named after Python's version. */
function models(home: string): string {
  const lib = path.join(home, "lib");
  const python = fs.readdirSync(lib).find((entry) => entry.startsWith("python")) ?? "python3";
  return path.join(lib, python, "site-packages", "botocore", "data");
}
