import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { arrivalDate, measuredFields, readingTime } from "../../reading/lake";
import type { GrafanaStack } from "./stack";

type Lake = NonNullable<GrafanaStack["lake"]>;
type Influxdb = NonNullable<GrafanaStack["influxdb"]>;

const quoted = (name: string): string => `"${name}"`;
/** Glue stores names of columns in lower case. */
const column = (field: string): string => quoted(field.toLowerCase());

/** The value that a person chose, with its quotes, and with those that it contains doubled. */
const chosenDevice = "${device:sqlstring}";

/**
 * The folders of the time range: no earlier than the day before it, since a clock may be ahead, and no limit after it, since readings
 * arrive late.
 */
const folders = `${quoted(arrivalDate)} >= CAST(CAST(DATE '\${__from:date:YYYY-MM-DD}' - INTERVAL '1' DAY AS DATE) AS VARCHAR)`;
const inRange = `$__timeFilter(${quoted(readingTime)}) AND ${folders}`;
const tableOf = ({ database, table }: Lake): string => `${quoted(database)}.${quoted(table)}`;

/** Each reading of the time range once: Firehose delivers at least once. */
const distinct = (lake: Lake, of: Definition): string =>
  [
    `SELECT DISTINCT "deviceid", ${[readingTime, ...Object.keys(of.fields)].map(column).join(", ")}`,
    `FROM ${tableOf(lake)}`,
    `WHERE ${inRange}`,
  ].join(" ");

/** Of Athena, in Trino's SQL with the macros of its plug-in. @see https://grafana.com/docs/plugins/grafana-athena-datasource/latest/query-editor/ */
export const lakeSql = {
  devices: (lake: Lake): string =>
    `SELECT count(DISTINCT "deviceid") AS "devices" FROM ${tableOf(lake)} WHERE ${inRange}`,
  deviceNames: (lake: Lake): string =>
    `SELECT DISTINCT "deviceid" FROM ${tableOf(lake)} WHERE ${inRange} ORDER BY 1`,
  /** The number of readings and the average of each number, by hour. */
  hourly: (lake: Lake, of: Definition = definition): string =>
    [
      `WITH readings AS (${distinct(lake, of)})`,
      `SELECT date_trunc('hour', ${quoted(readingTime)}) AS "time", ${[
        'count(*) AS "readings"',
        ...measuredFields(of).map((field) => `avg(${column(field)}) AS ${quoted(field)}`),
      ].join(", ")}`,
      "FROM readings GROUP BY 1 ORDER BY 1",
    ].join("\n"),
  /** Readings by hour and value of the field that says how serious they are. */
  bySeverity: (lake: Lake, field: string, of: Definition = definition): string =>
    [
      `WITH readings AS (${distinct(lake, of)})`,
      `SELECT date_trunc('hour', ${quoted(readingTime)}) AS "time", CAST(${column(field)} AS VARCHAR) AS ${quoted(field)}, count(*) AS "readings"`,
      "FROM readings GROUP BY 1, 2 ORDER BY 1",
    ].join("\n"),
  newest: (lake: Lake, of: Definition = definition): string =>
    [
      `SELECT "deviceid", max(${quoted(readingTime)}) AS "newest", ${Object.keys(of.fields)
        .map((field) => `max_by(${column(field)}, ${quoted(readingTime)}) AS ${quoted(field)}`)
        .join(", ")}`,
      `FROM ${tableOf(lake)} WHERE ${inRange} GROUP BY "deviceid" ORDER BY 2 DESC`,
    ].join("\n"),
  /** One field of one device. */
  values: (lake: Lake, field: string): string =>
    [
      `SELECT DISTINCT ${quoted(readingTime)} AS "time", ${column(field)} AS ${quoted(field)}`,
      `FROM ${tableOf(lake)}`,
      `WHERE "deviceid" = ${chosenDevice} AND ${inRange}`,
      "ORDER BY 1",
    ].join("\n"),
  readings: (lake: Lake, of: Definition = definition): string =>
    [
      `SELECT DISTINCT ${quoted(readingTime)} AS "time", ${Object.keys(of.fields)
        .map((field) => `${column(field)} AS ${quoted(field)}`)
        .join(", ")}`,
      `FROM ${tableOf(lake)}`,
      `WHERE "deviceid" = ${chosenDevice} AND ${inRange}`,
      "ORDER BY 1 DESC LIMIT 1000",
    ].join("\n"),
};

/** Of InfluxDB 3, with the macros of Grafana's data source. @see https://grafana.com/docs/grafana/latest/datasources/influxdb/query-editor/ */
export const influxdbSql = {
  deviceNames: ({ table }: Influxdb): string =>
    `SELECT DISTINCT "deviceId" FROM ${quoted(table)} WHERE "time" >= now() - INTERVAL '7 days' ORDER BY 1`,
  /** The number of readings and the average of each number, by interval. */
  rates: ({ table }: Influxdb, of: Definition = definition): string =>
    [
      `SELECT $__dateBin("time") AS "time", ${[
        'count(*) AS "readings"',
        ...measuredFields(of).map((field) => `avg(${quoted(field)}) AS ${quoted(field)}`),
      ].join(", ")}`,
      `FROM ${quoted(table)} WHERE $__timeFilter("time") GROUP BY 1 ORDER BY 1`,
    ].join("\n"),
  values: ({ table }: Influxdb, field: string): string =>
    [
      `SELECT "time", ${quoted(field)}`,
      `FROM ${quoted(table)}`,
      `WHERE "deviceId" = ${chosenDevice} AND $__timeFilter("time")`,
      'ORDER BY "time"',
    ].join("\n"),
};
