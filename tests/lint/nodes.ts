/** Versions of Node.js that are at hand, by name: the one that runs the tests, and Lambda's. */
export const nodes: Record<string, string> = { [`Node.js ${process.version}`]: process.execPath };
