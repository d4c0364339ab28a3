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

/** In this order, since `program` must run in a process that has not loaded the program yet. */
const measurements: readonly Measurement[] = [
  program,
  zipSizes,
  handlerLoad,
  awsCalls,
  handlerCpu,
  iotSql,
  policyPack,
  localDelivery,
  busDelivery,
  broker,
  api,
  wholeRun,
];

async function main(): Promise<void> {
  const lines: Line[] = [];
  for (const measure of measurements) {
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
