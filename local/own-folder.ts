import * as fs from "node:fs";
import * as path from "node:path";

/**
 * Returns the project's `.local`, and creates it if there is none. It holds keys, logs and programs that later runs execute, so only
 * its owner has access, whatever the umask is and whichever tool created it.
 */
export function ownFolder(directory: string): string {
  const folder = path.join(directory, ".local");
  fs.mkdirSync(folder, { recursive: true, mode: 0o700 });
  fs.chmodSync(folder, 0o700);
  return folder;
}
