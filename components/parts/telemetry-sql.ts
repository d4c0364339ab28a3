import * as pulumi from "@pulumi/pulumi";
import { definitionProblem } from "../../reading/check";
import { timeBoundsOf } from "../../reading/clock";
import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { readingKeyName, readingKeySql } from "../../reading/reading-key";
import {
  fieldConditions,
  storedFields,
  unknownFieldConditions,
  wellFormedCondition,
} from "../../reading/sql";

/** How many levels the topic prefix has; `topic(n)` counts from 1, so the device id is the next one. */
const deviceLevel = (topicPrefix: string): number => topicPrefix.split("/").length + 1;

/** A substitution template that yields the device of a message. */
export const deviceTemplate = (topicPrefix: string): string =>
  "${topic(" + deviceLevel(topicPrefix) + ")}";

const telemetryOf = (topicPrefix: string): string => `FROM '${topicPrefix}/+/telemetry'`;

/**
 * The SQL of a rule that carries every message as the device sent it: bytes in Base64, beside the device id of the topic and the
 * time. A callback validates it; the SQL drops nothing.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html#iot-sql-function-encode
 */
export function envelopeSql(topicPrefix: string, where?: string): string {
  assertDefinition(definition);
  return [
    `SELECT topic(${deviceLevel(topicPrefix)}) AS deviceId, timestamp() AS receivedAt, encode(*, 'base64') AS payload`,
    telemetryOf(topicPrefix),
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
  assertDefinition(of);
  const device = `topic(${deviceLevel(topicPrefix)})`;
  const { mostAhead, mostBehind } = timeBoundsOf(of);
  const columns = [
    `${device} AS deviceId`,
    `${readingKeySql} AS ${readingKeyName}`,
    "floor(timestamp) AS timestamp",
    ...storedFields(of),
    "timestamp() AS receivedAt",
    `floor(timestamp() / 1000) + ${keepDays * 86_400} AS expiresAt`,
  ];
  const conditions = [
    `regexp_matches(${device}, '^[A-Za-z0-9:_-]{1,128}$')`,
    `deviceId = ${device}`,
    "floor(timestamp) = timestamp",
    `timestamp <= timestamp() + ${mostAhead}`,
    `timestamp >= timestamp() - ${mostBehind}`,
    wellFormedCondition(),
    ...fieldConditions(of),
    ...unknownFieldConditions(of),
  ];
  return `SELECT ${columns.join(", ")} ${telemetryOf(topicPrefix)} WHERE ${conditions.join(" AND ")}`;
}

function assertDefinition(of: Definition): void {
  const problem = definitionProblem(of);
  if (problem !== undefined) throw new pulumi.RunError(problem);
}
