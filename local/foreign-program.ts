import * as Module from "node:module";
import * as fs from "node:fs";
import * as path from "node:path";

/** Node.js has it, its type declarations do not. */
type Resolve = (
  request: string,
  parent?: { filename?: string | null },
  ...rest: unknown[]
) => string;
const loader = Module as unknown as { _resolveFilename: Resolve };

/**
 * While `work` runs, sources in a folder get this project's packages of Pulumi, whether or not the folder has its own: there is one Pulumi
 * runtime in a process, and another copy would register its resources nowhere.
 */
export async function withOwnPulumi<T>(directory: string, work: () => Promise<T>): Promise<T> {
  const { _resolveFilename: resolve } = loader;
  const folder = fs.realpathSync(directory) + path.sep;
  loader._resolveFilename = (request, parent, ...rest) => {
    if (request.startsWith("@pulumi/") && parent?.filename?.startsWith(folder)) {
      try {
        return require.resolve(request);
      } catch {
        // A package that this project does not have.
      }
    }
    return resolve(request, parent, ...rest);
  };
  // Relative paths of files are from the program's folder, as under Pulumi's language host.
  const before = process.cwd();
  process.chdir(directory);
  try {
    return await work();
  } finally {
    process.chdir(before);
    loader._resolveFilename = resolve;
  }
}
