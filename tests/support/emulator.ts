import * as path from "node:path";

export const directory = path.join(__dirname, "../..");

/** Time for a hook that may be the one to install the emulator. */
export const installMilliseconds = 300_000;
