/** The parts of npm's lock file, version 3, that say where a package comes from. */
export interface LockFile {
  packages: Record<string, LockedPackage>;
}

interface LockedPackage {
  version?: string;
  resolved?: string;
  integrity?: string;
  hasInstallScript?: boolean;
  link?: boolean;
}

const registry = "https://registry.npmjs.org/";

/**
 * Returns what is wrong with the packages of a lock file, one sentence each: no SHA-512 integrity, a source other than the registry, an
 * install script that `knownScripts` (version and reason by package name) does not name, and a known script that is gone.
 * @see https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json
 */
export function lockFaults(
  { packages }: LockFile,
  knownScripts: Record<string, { version: string }>,
): string[] {
  const unseen = new Set(Object.keys(knownScripts));
  const faults = Object.entries(packages).flatMap(([place, locked]) => {
    // The first entry is the project itself.
    if (place === "") return [];
    const name = place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
    const { version = "?", resolved = registry, integrity = "", hasInstallScript, link } = locked;
    const known = knownScripts[name]?.version === version;
    if (hasInstallScript && known) unseen.delete(name);
    return [
      ...(link || !resolved.startsWith(registry) ? ["does not come from the npm registry"] : []),
      ...(/^sha512-[A-Za-z0-9+/]{86}==$/.test(integrity) ? [] : ["has no SHA-512 integrity"]),
      ...(hasInstallScript && !known ? ["has an install script that was not reviewed"] : []),
    ].map((fault) => `${name} ${version} ${fault}.`);
  });
  return [...faults, ...[...unseen].map((name) => `${name} has no install script any more.`)];
}

/** Returns the dependencies of a package.json that are not one exact version from the registry, one sentence each. */
export function manifestFaults(manifest: Record<string, unknown>): string[] {
  const kinds = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"];
  return kinds.flatMap((kind) =>
    Object.entries((manifest[kind] ?? {}) as Record<string, string>)
      .filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))
      .map(([name, version]) => `${name} is '${version}', which is not an exact version.`),
  );
}

/**
 * Returns the requirements of a pip requirements file that are not one exact version with SHA-256 hashes, one sentence each. Options
 * of the file itself, such as another index, are faults as well.
 * @see https://pip.pypa.io/en/stable/topics/secure-installs/
 */
export function requirementFaults(text: string): string[] {
  const requirements = text
    .replaceAll(/\\\n/g, " ")
    .split("\n")
    .map((line) => line.replace(/(^|\s)#.*$/, "").trim())
    .filter((line) => line !== "");
  return requirements
    .filter((line) => !pinnedRequirement.test(line))
    .map((line) => `'${line.split(/\s/)[0]}' is not one version with SHA-256 hashes.`);
}

const pinnedRequirement =
  /^[\w.-]+(\[[\w,.-]+\])?==[\w.!+]+(\s*;[^\\]*?)?(\s+--hash=sha256:[0-9a-f]{64})+$/;
