import { execFileSync } from "node:child_process";
import * as fs from "node:fs";
import * as path from "node:path";

/** Apache Flink of PyPI in a folder of its own, of the version that the default runtime has. */
const version = "1.20.5";

export const home = path.join(__dirname, "../../.local/flink");
export const python = path.join(home, "venv/bin/python");
/** Apache Flink writes its logs there. */
export const logs = path.join(home, "log");

/** What a program prints on its standard output and its standard error; undefined if it cannot be run. */
function said(program: string, word: string): string | undefined {
  try {
    return execFileSync("sh", ["-c", `${program} ${word} 2>&1`], { encoding: "utf8" });
  } catch {
    return undefined;
  }
}

/** What this machine lacks, as one sentence; undefined for nothing. */
export function missing(): string | undefined {
  const java = Number(/version "(\d+)/.exec(said("java", "-version") ?? "")?.[1]);
  if (java !== 17 && java !== 11)
    return "Apache Flink 1.20 needs Java 17, which this machine lacks: install it and put java on the PATH.";
  const minor = Number(/Python 3\.(\d+)/.exec(said("python3", "--version") ?? "")?.[1]);
  if (!(minor >= 8 && minor <= 11))
    return "Apache Flink 1.20 needs Python 3.8 to 3.11 as python3, which this machine lacks: install it.";
  return undefined;
}

/** Installs Apache Flink (700 MB) on first use. */
export function install(): void {
  if (fs.existsSync(path.join(home, "complete"))) return;
  console.log(`installing Apache Flink ${version} into .local/flink …`);
  execFileSync("python3", ["-m", "venv", path.join(home, "venv")], { stdio: "inherit" });
  const words = ["-m", "pip", "install", "--quiet", `apache-flink==${version}`];
  execFileSync(python, words, { stdio: "inherit" });
  fs.writeFileSync(path.join(home, "complete"), version);
}

/** The jar by which Apache Flink writes its metrics to its log, which its package has in a folder of optional ones. */
export function metricsReporter(): string {
  const found = "import pyflink, os; print(os.path.dirname(pyflink.__file__))";
  const folder = execFileSync(python, ["-c", found], { encoding: "utf8" }).trim();
  return path.join(folder, `plugins/metrics-slf4j/flink-metrics-slf4j-${version}.jar`);
}
