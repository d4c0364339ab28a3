import * as fs from "node:fs";
import * as path from "node:path";

/**
 * The folder with AWS's published API models inside a Python virtual environment that has botocore: POSIX puts the
 * packages below `lib/python3.x`, Windows below `Lib`.
 */
export function findBotocoreData(venv: string): string {
  const lib = path.join(venv, "lib");
  const pythons = fs.existsSync(lib) ? fs.readdirSync(lib) : [];
  const found = ["", ...pythons]
    .map((python) => path.join(lib, python, "site-packages", "botocore", "data"))
    .find((folder) => fs.existsSync(folder));
  if (found !== undefined) return found;
  throw new Error(
    `There is no botocore in ${venv}; delete that folder and run npm start, which installs it again.`,
  );
}
