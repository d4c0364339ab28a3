import { timeBoundsOf } from "./clock";
import { columnsOf, type Column } from "./columns";
import type { Definition } from "./definition";
import { definition } from "./fields";

/** The column with a reading's own time; names of fields have no underscore, so no field has this name. */
export const readingTime = "reading_time";

/** The partition: the UTC date at which a reading arrived, `2026-11-24`. Late readings do not change the partitions of earlier days. */
export const arrivalDate = "arrival_date";

/** The days before today that the dashboard and the reconciliation cover. */
const days = 7;

/**
 * The longest time for which a delivery stream gathers records into one object, whose date is that of its oldest record, in seconds.
 * @see https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html
 */
export const longestBuffer = 900;

export interface LakeColumn {
  name: string;
  type: Column["glue"] | "timestamp";
}

/**
 * The columns of a reading in the data lake: the declared columns in lower case, which is how the AWS Glue Data Catalog stores names, and
 * the time of the reading as a timestamp.
 * @see https://docs.aws.amazon.com/athena/latest/ug/tables-databases-columns-names.html
 */
export const lakeColumns = (of: Definition = definition): LakeColumn[] => [
  ...columnsOf(of).map(({ name, glue }) => ({ name: name.toLowerCase(), type: glue })),
  { name: readingTime, type: "timestamp" },
];

/** A column of the dashboard's data set, by its type in Quick Sight. */
export interface DashboardColumn {
  name: string;
  type: "STRING" | "DATETIME" | "INTEGER" | "DECIMAL";
}

/** The fields that the dashboard shows, each as its hourly average and maximum. */
export const measuredFields = ({ fields }: Definition = definition): string[] =>
  Object.keys(fields).filter((name) => ["number", "integer"].includes(fields[name]?.type ?? ""));

export const averageOf = (field: string): string => `avg_${field.toLowerCase()}`;
export const maximumOf = (field: string): string => `max_${field.toLowerCase()}`;

/** The columns of {@link dashboardQuery}. */
export const dashboardColumns = (of: Definition = definition): DashboardColumn[] => [
  { name: "deviceid", type: "STRING" },
  { name: "hour", type: "DATETIME" },
  { name: "readings", type: "INTEGER" },
  ...measuredFields(of).flatMap((field): DashboardColumn[] => [
    { name: averageOf(field), type: "DECIMAL" },
    { name: maximumOf(field), type: "DECIMAL" },
  ]),
];

/** A table in a database of the AWS Glue Data Catalog. */
export interface LakeTable {
  database: string;
  table: string;
}

/**
 * Hourly average and maximum of each numeric field per device, over seven days. A repeated reading counts once. The query is valid in
 * Athena (Trino) and in DuckDB, on which the local run executes it: DuckDB makes a timestamp of a date minus an interval, hence the inner CAST.
 */
export function dashboardQuery(lake: LakeTable, of: Definition = definition): string {
  const measures = measuredFields(of).flatMap((field) => {
    const column = quoted(field);
    return [
      `avg(${column}) AS ${quoted(averageOf(field))}`,
      `max(${column}) AS ${quoted(maximumOf(field))}`,
    ];
  });
  const hour = `date_trunc('hour', ${quoted(readingTime)})`;
  return [
    `WITH distinct_readings AS (${sameReadings(lake, of)})`,
    `SELECT "deviceid", ${[`${hour} AS "hour"`, `count(*) AS "readings"`, ...measures].join(", ")}`,
    "FROM distinct_readings",
    `GROUP BY "deviceid", ${hour}`,
  ].join("\n");
}

/**
 * The number of readings per device and day of the reading, over seven days, and how many more copies of them the lake holds. Compare it with
 * what the devices sent.
 */
export const reconciliationQuery = (lake: LakeTable, of: Definition = definition): string =>
  [
    `WITH distinct_readings AS (${sameReadings(lake, of)})`,
    `SELECT "deviceid", CAST(CAST(${quoted(readingTime)} AS DATE) AS VARCHAR) AS "day",`,
    `  count(*) AS "readings", CAST(sum("copies") - count(*) AS BIGINT) AS "repetitions"`,
    "FROM distinct_readings",
    `GROUP BY "deviceid", CAST(CAST(${quoted(readingTime)} AS DATE) AS VARCHAR)`,
    `ORDER BY "deviceid", "day"`,
  ].join("\n");

/** Each reading once, with the number of its copies: two readings are the same if their device, time and fields are. */
function sameReadings({ database, table }: LakeTable, of: Definition): string {
  const columns = ["deviceid", readingTime, ...Object.keys(of.fields)].map(quoted).join(", ");
  return [
    `SELECT ${columns}, count(*) AS "copies"`,
    `FROM ${quoted(database)}.${quoted(table)}`,
    `WHERE ${quoted(arrivalDate)} >= CAST(${daysAgo(days + marginDays(of))} AS VARCHAR)`,
    `AND ${quoted(readingTime)} >= CAST(${daysAgo(days)} AS TIMESTAMP)`,
    `GROUP BY ${columns}`,
  ].join(" ");
}

const daysAgo = (count: number): string => `CAST(current_date - INTERVAL '${count}' DAY AS DATE)`;

/** How many days the date of a reading's object may be before the date of the reading: its clock may be ahead, and objects begin earlier. */
const marginDays = (of: Definition): number =>
  Math.ceil((timeBoundsOf(of).mostAhead + longestBuffer * 1000) / 86_400_000);

/** Names of fields are letters only. Some, such as `timestamp`, are words of SQL. */
const quoted = (name: string): string => `"${name.toLowerCase()}"`;
