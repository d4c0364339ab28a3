import { table, type Line, type Measurement } from "./line";

/**
 * By the names of their files; each is loaded when it is measured. In this order, since `program` must run in a process that has not loaded
 * the program yet.
 */
const measurements: Readonly<Record<string, () => Promise<Measurement>>> = {
  program: async () => (await import("./program")).program,
  archives: async () => (await import("./archives")).zipSizes,
  "handler-load": async () => (await import("./handler-load")).handlerLoad,
  "aws-calls": async () => (await import("./aws-calls")).awsCalls,
  "handler-cpu": async () => (await import("./handler-cpu")).handlerCpu,
  "iot-sql": async () => (await import("./iot-sql")).iotSql,
  "policy-pack": async () => (await import("./policy-pack")).policyPack,
  "local-delivery": async () => (await import("./local-delivery")).localDelivery,
  "bus-delivery": async () => (await import("./bus-delivery")).busDelivery,
  broker: async () => (await import("./broker")).broker,
  api: async () => (await import("./api")).api,
  "whole-run": async () => (await import("./whole-run")).wholeRun,
};

const usage = `Usage: npm run bench -- [name …] [--help]

Measures performance and size, and exits with 1 if a value exceeds its budget.
Without a name, everything is measured.

${columns(Object.keys(measurements))}

  --help  this text`;

function columns(names: string[]): string {
  const lines: string[] = [];
  for (let first = 0; first < names.length; first += 4)
    lines.push(`  ${names.slice(first, first + 4).join(", ")}`);
  return lines.join(",\n");
}

/** The measurements with these names, in the order above; all of them without a name. */
function chosen(names: string[]): (() => Promise<Measurement>)[] {
  const unknown = names.find((name) => !Object.hasOwn(measurements, name));
  if (unknown !== undefined)
    throw new Error(
      `There is no measurement ${unknown}: name ${Object.keys(measurements).join(", ")}.`,
    );
  return Object.entries(measurements)
    .filter(([name]) => names.length === 0 || names.includes(name))
    .map(([, load]) => load);
}

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  if (words.includes("--help")) return console.log(usage);
  const lines: Line[] = [];
  for (const load of chosen(words)) {
    const measure = await load();
    const made = await measure();
    for (const { what, measured } of made) console.error(`${what}: ${measured}`);
    lines.push(...made);
  }
  console.log(table(lines));
  const over = lines.filter(({ within }) => !within).length;
  console.log(over === 0 ? "All within budget." : `${over} over budget.`);
  process.exitCode = over === 0 ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
