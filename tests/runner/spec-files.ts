import * as fs from "node:fs";
import * as path from "node:path";

/** The files that are named, and the spec files of the folders that are; throws one sentence for what is not there or holds none. */
export function findSpecFiles(paths: string[]): string[] {
  const found = paths.flatMap((name) => {
    if (!fs.existsSync(name))
      throw new Error(
        `There is no ${name}: name spec files or folders, from the project's folder.`,
      );
    if (fs.statSync(name).isFile()) return [path.normalize(name)];
    const files = (fs.readdirSync(name, { recursive: true }) as string[])
      .filter((file) => file.endsWith(".spec.ts"))
      .map((file) => path.join(name, file));
    if (files.length === 0) throw new Error(`${name} holds no file that ends in .spec.ts.`);
    return files;
  });
  return [...new Set(found)].sort();
}
