import { existsSync, readFileSync } from "node:fs";
import { parts } from "./parts.mjs";

const folder = new URL("../../.local/mutation/", import.meta.url);

/** Every mutant of a part as its last run left it; nothing if it never ran. */
export function mutantsOf(part) {
  const report = new URL(`${part.replaceAll("/", "-")}.json`, folder);
  if (!existsSync(report)) return undefined;
  const { files } = JSON.parse(readFileSync(report, "utf8"));
  return Object.entries(files).flatMap(([file, { mutants, source }]) =>
    mutants.map((mutant) => ({ ...mutant, file, source })),
  );
}

/** One line per part: mutants, how each ended, and the share that was noticed. */
export function table() {
  const rows = Object.keys(parts).flatMap((part) => {
    const mutants = mutantsOf(part);
    return mutants ? [row(part, mutants)] : [];
  });
  const all = row(
    "all",
    Object.keys(parts).flatMap((part) => mutantsOf(part) ?? []),
  );
  return [
    "| part | mutants | killed | timed out | survived | not covered | score |",
    "| ---- | ------: | -----: | --------: | -------: | ----------: | ----: |",
    ...rows,
    all,
  ].join("\n");
}

/** Mutants that Stryker left out, by comment or as metadata, count nowhere. */
function row(part, mutants) {
  const count = (status) => mutants.filter((mutant) => mutant.status === status).length;
  const [killed, late, survived, uncovered] = ["Killed", "Timeout", "Survived", "NoCoverage"].map(
    count,
  );
  const total = killed + late + survived + uncovered;
  const score = total === 0 ? "–" : `${((100 * (killed + late)) / total).toFixed(1)} %`;
  return `| ${part} | ${[total, killed, late, survived, uncovered, score].join(" | ")} |`;
}
