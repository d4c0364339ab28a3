import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

// Before any spec is loaded: specs read AWS's API models, which come with the emulator.
const require = createRequire(import.meta.url);
const { prepare } = require("../../local/emulator/python.ts");
const { endShared } = require("./at-end.ts");
const directory = fileURLToPath(new URL("../..", import.meta.url));

try {
  await prepare({ directory, progress: (what) => console.log(`  ${what} …`) });
} catch (error) {
  console.error(error.message);
  process.exit(1);
}

export const mochaHooks = { afterAll: endShared };
