import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";

/** A folder for the recordings of one spec. */
export interface Recordings {
  write(name: string, content: string | Uint8Array): string;
  remove(): void;
}

export function createRecordings(): Recordings {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "recordings-"));
  return {
    write(name, content) {
      const file = path.join(folder, name);
      fs.writeFileSync(file, content);
      return file;
    },
    remove: () => fs.rmSync(folder, { recursive: true }),
  };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const collected: T[] = [];
  for await (const item of items) collected.push(item);
  return collected;
}
