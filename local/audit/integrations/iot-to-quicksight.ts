import { rowsOf, sink } from "../../../operations/sinks/iot-to-quicksight";
import type { LakeRow } from "../../../operations/sinks/lake";
import { dashboardQuery, reconciliationQuery } from "../../../reading/lake";
import { hasQueryEngine, runQuery, type QueryRows } from "../../services/athena";
import type { Check, Evidence, IntegrationAudit } from "../integration-audit";
import { expectedCounts, expectedHours, type HourlyValues } from "../lake-queries";
import { lookedUpBy, searchClients } from "../search";

const stem = "iot-to-quicksight";

/** Readings in the Parquet objects of the lake; and the answers of its queries, compared with those objects. */
export const audit: IntegrationAudit = {
  sink: lookedUpBy(sink),
  check: checkQueries,
};

/** Runs the reconciliation and the dashboard's query in the workgroup and compares the answers with the rows of the lake. */
export async function checkQueries({
  platform,
  outputs,
}: Pick<Evidence, "platform" | "outputs">): Promise<Check> {
  const { workgroup = "", database = "", table = "" } = outputs.of[stem] ?? {};
  const rows = await rowsOf({ clients: searchClients(platform.clients), outputs });
  if (!(await hasQueryEngine(platform.clients, workgroup)))
    return {
      passed: true,
      sentence: `${stem}: ${rows.length} rows in the lake; its queries are not run here, since the emulator has no query engine: npm run athena installs it.`,
    };
  const now = Date.now();
  const ask = (query: string): Promise<QueryRows> =>
    runQuery(platform.clients, { workgroup, query });
  const counts = await ask(reconciliationQuery({ database, table }));
  const hours = await ask(dashboardQuery({ database, table }));
  const differing = [
    ...differingCounts(rows, counts, now),
    ...differingHours(expectedHours(rows, now), hours),
  ];
  const readings = counts.reduce((sum, { readings: some }) => sum + Number(some), 0);
  const said = `${stem}: the reconciliation counts ${readings} readings on ${counts.length} devices and days, the dashboard's query answers with ${hours.length} devices and hours`;
  return differing.length === 0
    ? { passed: true, sentence: `${said}; both match the ${rows.length} rows of the lake.` }
    : {
        passed: false,
        sentence: `${said}; ${differing.length} of them differ from the rows of the lake: ${differing.slice(0, 3).join(", ")}.`,
      };
}

/** The answers of the reconciliation that differ, and those that are missing. */
function differingCounts(rows: LakeRow[], answers: QueryRows, now: number): string[] {
  const given = answers.map(
    ({ deviceid, day, readings, repetitions }) => `${deviceid} ${day} ${readings} ${repetitions}`,
  );
  const expected = expectedCounts(rows, now);
  return [
    ...given.filter((one) => !expected.includes(one)),
    ...expected.filter((one) => !given.includes(one)),
  ];
}

function differingHours(expected: Map<string, HourlyValues>, answers: QueryRows): string[] {
  const left = new Set(expected.keys());
  const differing = answers.flatMap((answer) => {
    const key = `${answer["deviceid"]} ${Date.parse(`${answer["hour"]?.replace(" ", "T")}Z`)}`;
    left.delete(key);
    const own = expected.get(key);
    const same =
      own !== undefined &&
      Number(answer["readings"]) === own.readings &&
      Object.entries(own.values).every(([name, value]) => isNear(Number(answer[name]), value));
    return same ? [] : [key];
  });
  return [...differing, ...left];
}

/** Sums of floating-point numbers depend on their order. */
const isNear = (a: number, b: number): boolean =>
  Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
