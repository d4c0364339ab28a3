import { awsCalls } from "./aws-calls";
import { api } from "./api";
import { zipSizes } from "./archives";
import { broker } from "./broker";
import { busDelivery } from "./bus-delivery";
import { handlerCpu } from "./handler-cpu";
import { handlerLoad } from "./handler-load";
import { iotSql } from "./iot-sql";
import { table, type Line, type Measurement } from "./line";
import { localDelivery } from "./local-delivery";
import { policyPack } from "./policy-pack";
import { program } from "./program";
import { wholeRun } from "./whole-run";

/** By the names of their files. In this order, since `program` must run in a process that has not loaded the program yet. */
const measurements: Readonly<Record<string, Measurement>> = {
  program,
  archives: zipSizes,
  "handler-load": handlerLoad,
  "aws-calls": awsCalls,
  "handler-cpu": handlerCpu,
  "iot-sql": iotSql,
  "policy-pack": policyPack,
  "local-delivery": localDelivery,
  "bus-delivery": busDelivery,
  broker,
  api,
  "whole-run": wholeRun,
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
function chosen(names: string[]): Measurement[] {
  const unknown = names.find((name) => !Object.hasOwn(measurements, name));
  if (unknown !== undefined)
    throw new Error(
      `There is no measurement ${unknown}: name ${Object.keys(measurements).join(", ")}.`,
    );
  return Object.entries(measurements)
    .filter(([name]) => names.length === 0 || names.includes(name))
    .map(([, measure]) => measure);
}

async function main(): Promise<void> {
  const words = process.argv.slice(2);
  if (words.includes("--help")) return console.log(usage);
  const lines: Line[] = [];
  for (const measure of chosen(words)) {
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
