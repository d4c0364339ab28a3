import * as fs from "node:fs";
import * as path from "node:path";

export const taggableFile = path.join(__dirname, "taggable-types.json");

/** Reads the types that support tags from the declarations of @pulumi/aws: `sqs` → `queue:Queue`. */
export function readTaggable(): Record<string, string> {
  const sdk = path.dirname(require.resolve("@pulumi/aws/package.json"));
  const modules = fs
    .readdirSync(sdk, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^(node_modules|types|scripts)$/.test(entry.name));
  const byModule = modules.flatMap(({ name }) => {
    const types = taggableIn(path.join(sdk, name));
    return types.length > 0 ? [[name, types.join(" ")] as const] : [];
  });
  return Object.fromEntries(byModule.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function taggableIn(folder: string): string[] {
  return fs
    .readdirSync(folder)
    .filter((file) => file.endsWith(".d.ts"))
    .sort()
    .flatMap((file) => {
      const text = fs.readFileSync(path.join(folder, file), "utf8");
      const [, name] = /export interface (\w+)Args \{/.exec(text) ?? [];
      if (name === undefined || !new RegExp(`export declare class ${name} extends`).test(text))
        return [];
      const inputs = text.slice(text.indexOf(`export interface ${name}Args {`));
      return /^ {4}tags\?: pulumi\.Input<\{/m.test(inputs)
        ? [`${file.replace(/\.d\.ts$/, "")}:${name}`]
        : [];
    });
}

if (require.main === module)
  fs.writeFileSync(taggableFile, `${JSON.stringify(readTaggable(), undefined, 2)}\n`);
