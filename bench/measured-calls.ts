import * as fs from "node:fs";
import * as path from "node:path";
import { callsByFunction, countCalls } from "./count-calls";

/** The file from which `npm run cost` reads the calls of each function. */
const file = path.join(__dirname, "../operations/cost/measured-calls.json");

void countCalls().then((counted) =>
  fs.writeFileSync(file, `${JSON.stringify(callsByFunction(counted), undefined, 2)}\n`),
);
