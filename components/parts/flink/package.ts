import * as pulumi from "@pulumi/pulumi";
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import * as path from "node:path";
import type { FlinkRuntime } from "./runtime";

/** The code of an application: a zip file, which `npm run build:flink` makes. */
export interface FlinkPackage {
  file: string;
  /** SHA-256 of the file, 64 hexadecimal digits. */
  hash: string;
}

/**
 * The files in it that an application names.
 * @see https://docs.aws.amazon.com/managed-flink/latest/java/how-python-creating.html
 */
export const runOptions = { python: "main.py", jarfile: "lib/connectors.jar" };

/** The file that `npm run build:flink` makes for a runtime. */
export const packageFile = (runtime: FlinkRuntime): string =>
  path.join(__dirname, "../../..", `.local/flink/averages-${runtime}.zip`);

/** Reads the package of a runtime. Throws one sentence if the file does not exist. */
export function readPackage(
  name: string,
  runtime: FlinkRuntime,
  file: string = packageFile(runtime),
): FlinkPackage {
  if (!existsSync(file))
    throw new pulumi.RunError(
      `${name}: the package of the engine flink, ${path.relative("", file)}, does not exist; run \`npm run build:flink -- ${runtime}\` or set flinkPackage to a package for ${runtime}, then deploy again.`,
    );
  return { file, hash: createHash("sha256").update(readFileSync(file)).digest("hex") };
}
