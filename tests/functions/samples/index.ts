import * as fs from "node:fs";
import * as path from "node:path";
import { messageStems, type Stem } from "../../../components/catalogue";
import type { Measured } from "./measured";
import type { Sample } from "./sample";

interface OfIntegration {
  /** Sample events of its functions, by their logical names. */
  samples: Record<string, Sample[]>;
  measured: Measured;
}

/** What each integration has to be tried and measured with: the file of its name, here. */
export const integrations = messageStems.map((stem): OfIntegration & { stem: Stem } => {
  const file = path.join(__dirname, `${stem}.ts`);
  if (!fs.existsSync(file)) throw new Error(`Add tests/functions/samples/${stem}.ts.`);
  // eslint-disable-next-line @typescript-eslint/no-require-imports -- found by its name, at once
  return { stem, ...(require(file) as OfIntegration) };
});

/** Sample events of every function that the program deploys, by its logical name. */
export const samples: Record<string, Sample[]> = Object.assign(
  {},
  ...integrations.map((one) => one.samples),
) as Record<string, Sample[]>;
