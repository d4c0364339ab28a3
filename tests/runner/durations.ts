import * as fs from "node:fs";
import * as path from "node:path";

/** How long each spec file took when it last ran, in milliseconds. */
export interface Durations {
  of(file: string): number | undefined;
  note(file: string, milliseconds: number): void;
  save(): void;
}

/** Kept below `.local`; a file that cannot be read only costs the balance of one run. */
export function readDurations(directory: string): Durations {
  const file = path.join(directory, ".local", "spec-durations.json");
  const known = new Map(Object.entries(read(file)));
  return {
    of: (spec) => known.get(spec),
    note: (spec, milliseconds) => void known.set(spec, Math.round(milliseconds)),
    save() {
      fs.mkdirSync(path.dirname(file), { recursive: true });
      const draft = `${file}.${process.pid}`;
      const sorted = [...known].sort(([a], [b]) => a.localeCompare(b));
      fs.writeFileSync(draft, `${JSON.stringify(Object.fromEntries(sorted), undefined, 1)}\n`);
      fs.renameSync(draft, file);
    },
  };
}

function read(file: string): Record<string, number> {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8")) as Record<string, number>;
  } catch {
    return {};
  }
}
