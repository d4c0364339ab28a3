import * as pulumi from "@pulumi/pulumi";
import type { Channel } from "../../reading/channel";
import { definitionProblem } from "../../reading/check";
import { timeBoundsOf } from "../../reading/clock";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { readingKeyName, readingKeySql } from "../../reading/reading-key";
import {
  fieldConditions,
  storedFields,
  typedFields,
  unknownFieldConditions,
  wholeColumn,
  wellFormedCondition,
} from "../../reading/sql";

/** How many levels the topic prefix has; `topic(n)` counts from 1, so the device id is the next one. */
const deviceLevel = (topicPrefix: string): number => topicPrefix.split("/").length + 1;

/**
 * The device of a message. A redrive publishes by Basic Ingest to `<prefix>/<deviceId>@<ms>/<channel>`, where `<ms>` is the time at which
 * AWS IoT first received the message. Devices cannot publish there: `@` is illegal in the name of a thing.
 * @see https://docs.aws.amazon.com/iot/latest/apireference/API_CreateThing.html
 */
const deviceOf = (topicPrefix: string): string =>
  `regexp_replace(topic(${deviceLevel(topicPrefix)}), '@[0-9]+$', '')`;

/** An expression of when AWS IoT first received a message, in ms since the epoch: now, or the time in the topic of a redriven message. */
function ofReceipt(topicPrefix: string, expression: (receivedAt: string) => string): string {
  const level = `topic(${deviceLevel(topicPrefix)})`;
  const redriven = expression(`cast(regexp_substr(${level}, '[0-9]+$') AS Decimal)`);
  return `CASE regexp_matches(${level}, '@[0-9]+$') WHEN true THEN ${redriven} ELSE ${expression("timestamp()")} END`;
}

const receivedAtOf = (topicPrefix: string): string =>
  ofReceipt(topicPrefix, (receivedAt) => receivedAt);

/** A substitution template that yields the device of a message. */
export const deviceTemplate = (topicPrefix: string): string => "${" + deviceOf(topicPrefix) + "}";

const messagesOf = (topicPrefix: string, channel: Channel): string =>
  `FROM '${topicPrefix}/+/${channel}'`;

/**
 * The SQL of a rule that carries every message as the device sent it: bytes in Base64, beside the device id of the topic and the
 * time at which AWS IoT first received it. Messages of another channel than telemetry carry its name, so that a redrive knows their topic. A
 * callback validates the message; the SQL drops nothing.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-function-encode
 */
export function envelopeSql(
  topicPrefix: string,
  where?: string,
  channel: Channel = "telemetry",
): string {
  assertDefinition(definition);
  const columns = [
    `${deviceOf(topicPrefix)} AS deviceId`,
    `${receivedAtOf(topicPrefix)} AS receivedAt`,
    ...(channel === "telemetry" ? [] : [`'${channel}' AS channel`]),
    "encode(*, 'base64') AS payload",
  ];
  return [
    `SELECT ${columns.join(", ")}`,
    messagesOf(topicPrefix, channel),
    ...(where ? [`WHERE ${where}`] : []),
  ].join(" ");
}

/**
 * The SQL of a rule that selects valid readings, flat, with the second at which they expire. The WHERE clause accepts exactly the
 * payloads that `functions/shared/reading-parser.ts` accepts, so that a message is either here or in the quarantine.
 */
export function validReadingsSql(
  topicPrefix: string,
  keepDays: number,
  of: Definition = definition,
): string {
  const columns = [
    `${deviceOf(topicPrefix)} AS deviceId`,
    `${readingKeySql} AS ${readingKeyName}`,
    "floor(timestamp) AS timestamp",
    ...storedFields(of),
    `${receivedAtOf(topicPrefix)} AS receivedAt`,
    `${ofReceipt(topicPrefix, (receivedAt) => `floor(${receivedAt} / 1000) + ${keepDays * 86_400}`)} AS expiresAt`,
  ];
  return validReadings(topicPrefix, columns, of);
}

/**
 * The SQL of a rule that selects valid readings, flat, for a store whose columns have one type each. AWS IoT writes a whole number without
 * decimal places, so a number field has two columns: one for values with decimal places, and one for whole values.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-rule-sql-version.html
 */
export function typedReadingsSql(topicPrefix: string, of: Definition = definition): string {
  const taken = Object.keys(of.fields).find((name) => wholeColumn(name) in of.fields);
  if (taken !== undefined)
    throw new pulumi.RunError(
      `reading/fields.ts: ${wholeColumn(taken)} is the column for whole values of ${taken} where a rule writes to InfluxDB; rename the field, or set iot-to-timestream:writer to lambda.`,
    );
  const columns = [
    `${deviceOf(topicPrefix)} AS deviceId`,
    "floor(timestamp) AS timestamp",
    ...typedFields(of),
    `${receivedAtOf(topicPrefix)} AS receivedAt`,
  ];
  return validReadings(topicPrefix, columns, of);
}

function validReadings(topicPrefix: string, columns: string[], of: Definition): string {
  assertDefinition(of);
  const device = deviceOf(topicPrefix);
  const { mostAhead, mostBehind } = timeBoundsOf(of);
  const conditions = [
    `regexp_matches(${device}, '^[A-Za-z0-9:_-]{1,128}$')`,
    `deviceId = ${device}`,
    "floor(timestamp) = timestamp",
    ofReceipt(
      topicPrefix,
      (receivedAt) =>
        `(timestamp <= ${receivedAt} + ${mostAhead} AND timestamp >= ${receivedAt} - ${mostBehind})`,
    ),
    wellFormedCondition(),
    ...fieldConditions(of),
    ...unknownFieldConditions(of),
  ];
  return `SELECT ${columns.join(", ")} ${messagesOf(topicPrefix, "telemetry")} WHERE ${conditions.join(" AND ")}`;
}

function assertDefinition(of: Definition): void {
  const problem = definitionProblem(of);
  if (problem !== undefined) throw new pulumi.RunError(problem);
}
