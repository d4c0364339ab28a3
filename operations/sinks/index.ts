import * as fs from "node:fs";
import * as path from "node:path";
import type { Sink } from "./search";

/** How the readings of an integration are found: the export `sink` of `<stem>.ts`. Throws for an integration without that file. */
export async function sinkOf(stem: string): Promise<Sink> {
  const file = path.join(__dirname, stem);
  if (!fs.existsSync(`${file}.ts`))
    throw new Error(`Readings of ${stem} cannot be looked up: add operations/sinks/${stem}.ts.`);
  const { sink } = (await import(file)) as { sink?: Sink };
  if (!sink) throw new Error(`operations/sinks/${stem}.ts must export sink.`);
  return sink;
}
