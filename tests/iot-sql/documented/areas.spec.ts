import * as assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import * as path from "node:path";
import { ENCODING_FUNCTIONS } from "../../../iot-sql/functions/encoding-functions";
import { HASH_FUNCTIONS } from "../../../iot-sql/functions/hash-functions";
import { MESSAGE_FUNCTIONS } from "../../../iot-sql/functions/message-functions";
import { NUMBER_FUNCTIONS } from "../../../iot-sql/functions/number-functions";
import { PATTERN_FUNCTIONS } from "../../../iot-sql/functions/pattern-functions";
import { TEXT_FUNCTIONS } from "../../../iot-sql/functions/text-functions";
import { TIME_FUNCTIONS } from "../../../iot-sql/functions/time-functions";
import { VALUE_FUNCTIONS } from "../../../iot-sql/functions/value-functions";
import { EXAMPLES as CALLS } from "./function-examples";
import { EXAMPLES as STATEMENTS } from "./statement-examples";

const FUNCTIONS: Record<string, object> = {
  "string functions": TEXT_FUNCTIONS,
  "number functions": NUMBER_FUNCTIONS,
  "regular expressions": PATTERN_FUNCTIONS,
  hashing: HASH_FUNCTIONS,
  encoding: ENCODING_FUNCTIONS,
  time: TIME_FUNCTIONS,
  "types, arrays and objects": { ...VALUE_FUNCTIONS, cast: true },
  "context of the message": MESSAGE_FUNCTIONS,
};

/** Pages that show statements, and in brackets what they show them of. */
const PAGES: readonly [area: string, pages: RegExp][] = [
  ["SELECT and FROM", /^iot-(sql-(reference|select|from|json)|rule-sql-version)$/],
  ["WHERE", /^iot-sql-where$/],
  ["SET", /^iot-sql-set$/],
  ["CASE", /^iot-sql-case$/],
  ["literals and types", /^iot-sql-(literals|data-types)$/],
  ["nested SELECT", /^iot-sql-nested-queries$/],
  ["IN and EXISTS", /^iot-sql-operators, /],
  ["binary payloads", /^binary-payloads$/],
  ["types, arrays and objects", /^iot-sql-functions, transform/],
  ["encoding", /^iot-sql-functions, decode/],
  ["context of the message", /^iot-sql-functions, get_user_properties/],
  ["other pages and tools of AWS", /^(dynamodb-v2-rule-action|validation tool|toolbox)/],
];

const areaOfCall = (expression: string): string => {
  const name = /^\w+/.exec(expression)?.[0].toLowerCase() ?? "";
  const found = Object.entries(FUNCTIONS).find(([, table]) => name in table);
  assert.ok(found, `No area has ${expression}`);
  return found[0];
};

const areaOfPage = (page: string): string => {
  const found = PAGES.find(([, pages]) => pages.test(page));
  assert.ok(found, `No area has ${page}`);
  return found[0];
};

describe("iot-sql documented examples", () => {
  it("are as many, in each area, as docs/iot-sql.md says", () => {
    const counts: Record<string, number> = {};
    for (const area of [
      ...CALLS.map(([expression]) => areaOfCall(expression)),
      ...STATEMENTS.map(({ page }) => areaOfPage(page)),
    ])
      counts[area] = (counts[area] ?? 0) + 1;
    const page = readFileSync(path.join(__dirname, "../../../docs/iot-sql.md"), "utf8");
    const [, section = ""] = page.split("## Documented examples");
    const rows = [...section.matchAll(/^\| ([a-zA-Z, ]+?) +\| +(\d+) +\|/gm)];
    assert.deepEqual(
      Object.fromEntries(rows.map(([, area, count]) => [area, Number(count)])),
      counts,
    );
  });
});
