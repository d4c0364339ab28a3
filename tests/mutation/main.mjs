import { spawnSync } from "node:child_process";
import { parts } from "./parts.mjs";
import { table } from "./table.mjs";

/** `npm run mutate` breaks everything, `npm run mutate -- policies/rules/sqs iam` these parts; then it shows what is known of all. */
const asked = process.argv.slice(2);
if (asked.includes("--help")) {
  console.log(`Usage: npm run mutate -- [PART ...]

Breaks each part and counts the changes that no test finds.

  PART     ${Object.keys(parts).join("\n           ")}
  --help   shows this text`);
  process.exit(0);
}
for (const part of asked.filter((name) => !Object.hasOwn(parts, name))) {
  console.error(`There is no part ${part}; there are ${Object.keys(parts).join(", ")}.`);
  process.exit(2);
}
for (const part of asked.length > 0 ? asked : Object.keys(parts)) {
  const started = Date.now();
  const { status } = spawnSync("npx", ["stryker", "run", "--logLevel", "warn"], {
    stdio: "inherit",
    env: { ...process.env, MUTATED_PART: part },
  });
  if (status !== 0) process.exit(status ?? 1);
  console.log(`${part}: ${Math.round((Date.now() - started) / 1000)} s`);
}
console.log(table());
