import * as v from "valibot";
import { quote } from "../shared/invalid";
import type { Reason } from "../shared/problem";

/** The parameters of each route, as text in a URL. The OpenAPI document derives from the same schemas. */
export function createSchemas() {
  const whole = (least: number, most: number, what: string) =>
    v.pipe(
      v.string(),
      v.regex(/^\d{1,16}$/, what),
      v.transform(Number),
      v.minValue(least, what),
      v.maxValue(most, what),
    );
  const deviceId = v.pipe(
    v.string(),
    v.regex(/^[A-Za-z0-9:_-]{1,128}$/, "1 to 128 letters, digits, ':', '_' and '-'"),
  );
  const moment = whole(0, latest, "a time in ms since the epoch");
  const page = {
    limit: v.optional(whole(1, mostPerPage, `a whole number from 1 to ${mostPerPage}`), "100"),
    cursor: v.optional(
      v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,1024}\.[A-Za-z0-9_-]{22}$/, anIssuedCursor)),
    ),
  };
  const period = { from: v.optional(moment, "0"), to: v.optional(moment, String(latest)) };
  return {
    device: { path: v.strictObject({ deviceId }), query: v.strictObject({}) },
    history: { path: v.strictObject({ deviceId }), query: v.strictObject({ ...period, ...page }) },
    averages: { path: v.strictObject({ deviceId }), query: v.strictObject({ ...period, ...page }) },
    devices: { path: v.strictObject({}), query: v.strictObject(page) },
  };
}

/** The most that a page holds. */
export const mostPerPage = 1000;
/** The last moment that JavaScript can express as a date. */
const latest = 8_640_000_000_000_000;
export const anIssuedCursor = "a cursor as it came with the page before";

type Schema = v.StrictObjectSchema<v.ObjectEntries, undefined>;
type Given = Record<string, string | undefined>;

/** Checks path and query; returns everything that is wrong with them. */
export function check<Path extends Schema, Query extends Schema>(
  schemas: { path: Path; query: Query },
  given: { path: Given; query: Given },
):
  | { ok: true; path: v.InferOutput<Path>; query: v.InferOutput<Query> }
  | { ok: false; errors: Reason[] } {
  const path = v.safeParse(schemas.path, given.path);
  const query = v.safeParse(schemas.query, given.query);
  if (path.success && query.success) return { ok: true, path: path.output, query: query.output };
  return {
    ok: false,
    errors: [
      ...(path.issues ?? []).map((issue) => reason("path", issue)),
      ...(query.issues ?? []).map((issue) => reason("query", issue)),
    ],
  };
}

function reason(where: Reason["in"], issue: v.BaseIssue<unknown>): Reason {
  const name = `${issue.path?.[0]?.key as string | undefined}`;
  const detail =
    issue.type === "strict_object"
      ? `${quote(name)} is not a parameter of this path.`
      : `${name} is ${issue.input === undefined ? "missing" : quote(issue.input)}; it must be ${issue.message}.`;
  return { in: where, name: name.slice(0, 64), detail };
}
