import { createRequire } from "node:module";

interface Arborist {
  path: string;
  loadActual(...options: unknown[]): Promise<unknown>;
}

/** Pulumi's own copy: this project does not depend on it. */
const arborist = createRequire(require.resolve("@pulumi/pulumi"))("@npmcli/arborist") as {
  Arborist: { prototype: Arborist };
};

/** Reads node_modules once while `work` runs: for every function's archive Pulumi reads all of it again, which takes half a second. */
export async function readingPackagesOnce<T>(work: () => Promise<T>): Promise<T> {
  const { prototype } = arborist.Arborist;
  const { loadActual } = prototype;
  const trees = new Map<string, Promise<unknown>>();
  prototype.loadActual = function (this: Arborist, ...options) {
    const tree = trees.get(this.path) ?? loadActual.apply(this, options);
    trees.set(this.path, tree);
    return tree;
  };
  try {
    return await work();
  } finally {
    prototype.loadActual = loadActual;
  }
}
