import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import * as path from "node:path";
import { packageFile } from "../../components/parts/flink/package";
import { flinkRuntimes, type FlinkRuntime } from "../../components/parts/flink/runtime";
import { printError, printLine, printText } from "../print";
import { pack } from "./pack";

const usage = `Usage: npm run build:flink -- [RUNTIME]

Builds the package of the engine flink of iot-to-analytics, with connectors that
Maven 3 downloads, and prints the file and its SHA-256.

  RUNTIME   ${flinkRuntimes.join(" or ")} (default: FLINK-1_20)
  --help    shows this text`;

const folder = path.join(__dirname, "../../flink");

const isRuntime = (text: string): text is FlinkRuntime =>
  (flinkRuntimes as readonly string[]).includes(text);

/** Downloads the connectors of a runtime; returns their jar, or one sentence. */
function connectorsOf(runtime: FlinkRuntime): { jar: string } | { problem: string } {
  const jars = path.dirname(packageFile(runtime));
  const words = ["-q", "-B", "-f", path.join(folder, "pom.xml"), "-P", runtime];
  const { error, status, stdout } = spawnSync(
    "mvn",
    [...words, `-Djar.folder=${jars}`, "package"],
    {
      encoding: "utf8",
    },
  );
  if (error)
    return {
      problem:
        "Maven 3 downloads the connectors, and this machine lacks it: install it and put mvn on the PATH.",
    };
  if (status !== 0) {
    const said = /ERROR\] (.*?)(?: -> \[Help \d+\])?$/m.exec(stdout)?.[1] ?? "it says nothing";
    return { problem: `Maven did not download the connectors of ${runtime}: ${said}` };
  }
  return { jar: path.join(jars, "connectors.jar") };
}

function main([runtime = "FLINK-1_20"]: string[]): number {
  if (runtime === "--help") {
    printText(usage);
    return 0;
  }
  if (!isRuntime(runtime)) {
    printError(`The runtime is ${runtime}; it must be one of ${flinkRuntimes.join(", ")}.`);
    return 1;
  }
  const file = packageFile(runtime);
  mkdirSync(path.dirname(file), { recursive: true });
  const connectors = connectorsOf(runtime);
  if ("problem" in connectors) {
    printError(connectors.problem);
    return 1;
  }
  const zip = pack(folder, connectors.jar);
  writeFileSync(file, zip);
  printLine(
    `${path.relative(process.cwd(), file)}: ${createHash("sha256").update(zip).digest("hex")}`,
  );
  return 0;
}

process.exitCode = main(process.argv.slice(2));
