import * as fs from "node:fs";
import * as path from "node:path";
import { formatted, withBlock } from "../generated-block";
import { recordingIn, type Recording } from "./cast";
import { framesOf } from "./screen";
import { svgOf } from "./svg";

const project = path.join(__dirname, "../..");

/** The recorded run, the picture of it, and the page that shows both. */
export const files = {
  cast: path.join(project, "docs/images/run.cast"),
  svg: path.join(project, "docs/images/run.svg"),
  page: path.join(project, "README.md"),
};

/** The picture of a recording. */
export function pictureOf({ command, width, outputs }: Recording): string {
  const [first] = outputs;
  const prompt = { seconds: first?.seconds ?? 0, text: `$ ${command}\r\n` };
  return svgOf(framesOf([prompt, ...outputs], width), `A recording of ${command}`);
}

/** Reasons below the table, which a run folds to the width of its terminal. */
const isReason = (line: string): boolean =>
  /^([\d,]+ (quarantined|set aside)( \(|:)| {2}\S)/.test(line);

/** The table of a recorded run and the sentences below it, as a block of code. */
export function tableOf({ outputs }: Pick<Recording, "outputs">): string {
  const lines = framesOf(outputs).at(-1)?.lines ?? [];
  const from = lines.findLastIndex((line) => /^integration +published /.test(line));
  if (from < 0) throw new Error("The recording has no table of a run.");
  const block = lines
    .slice(from)
    .filter((line) => !isReason(line))
    .map((line) => (line === "" ? "" : `    ${line}`));
  return block.join("\n").trimEnd();
}

/** The page with the table of the recorded run. */
export const renewed = (page: string, recording: Recording): Promise<string> =>
  formatted(withBlock("README.md", page, "run", tableOf(recording)));

/** Writes the picture and the page from the recorded run. */
export async function writePages(): Promise<void> {
  const recording = recordingIn(fs.readFileSync(files.cast, "utf8"));
  fs.writeFileSync(files.svg, pictureOf(recording));
  fs.writeFileSync(files.page, await renewed(fs.readFileSync(files.page, "utf8"), recording));
}
