import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

// Before any spec is loaded: specs read AWS's API models, which come with the emulator.
const require = createRequire(import.meta.url);
const { prepare } = require("../../local/emulator/python.ts");
const { lambdaNode } = require("../../local/lambda-node/index.ts");
const { endShared } = require("./at-end.ts");
const directory = fileURLToPath(new URL("../..", import.meta.url));

const progress = (what) => console.log(`  ${what} …`);

try {
  await prepare({ directory, progress });
  const { note } = await lambdaNode({ directory, progress });
  if (note !== undefined) console.warn(note);
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

export const mochaHooks = { afterAll: endShared };
