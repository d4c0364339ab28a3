// Copies to the folder of the compiled program the packages that it imports, with those that they need, as npm has installed them by the
// lock file. Nothing else of the project's packages goes into the image.
import { cpSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const [, , program] = process.argv;
const root = process.cwd();

const filesIn = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".js"))
    .map((entry) => path.join(entry.parentPath, entry.name));

/** The folder of a package as seen from another one: its own, or the nearest above. */
function folderOf(name, from) {
  for (let place = from; ; place = path.dirname(place)) {
    const folder = path.join(place, "node_modules", name);
    if (existsSync(path.join(folder, "package.json"))) return folder;
    if (place === path.dirname(place)) return undefined;
  }
}

const kept = new Set();
function keep(folder) {
  if (kept.has(folder)) return;
  kept.add(folder);
  cpSync(folder, path.join(program, path.relative(root, folder)), { recursive: true });
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  for (const name of Object.keys(dependencies)) {
    const needed = folderOf(name, folder);
    if (needed === undefined) throw new Error(`${folder} needs ${name}, which is not installed.`);
    keep(needed);
  }
}

const builtIn = new Set(createRequire(import.meta.url)("node:module").builtinModules);
for (const file of filesIn(program))
  for (const [, name] of readFileSync(file, "utf8").matchAll(
    /require\("((?:@[^/"]+\/)?[^./"][^/"]*)[^"]*"\)/g,
  )) {
    if (name.startsWith("node:") || builtIn.has(name)) continue;
    const folder = folderOf(name, root);
    if (folder === undefined) throw new Error(`${file} imports ${name}, which is not installed.`);
    keep(folder);
  }
console.log(`${kept.size} packages`);
