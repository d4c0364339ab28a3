import type { Query } from "./ast";
import { evaluationFailure } from "./failure";
import { prepareOutput } from "./projection";
import { type Evaluator, type Prepare, rowScope, type Scope } from "./scope";
import { singleRow } from "./single-row";
import { isArray, isDefined, isObject, type Value } from "./values";
import { isWholeDocument } from "./walk";

// AWS publishes no limit; without one, nested SELECTs over the same array multiply its length.
const MOST_ROWS = 100_000;

/** What a nested SELECT makes of its rows; undefined for a row that WHERE leaves out. */
interface Rows {
  /** Undefined if the source is neither an array nor an object. */
  read(scope: Scope): readonly Value[] | undefined;
  /** Whether the source is one object, of which the result is no array. */
  single(scope: Scope): boolean;
}

/**
 * Prepares a nested SELECT (page `iot-sql-nested-queries`): over an array it gives an array. Over an
 * object it gives one object in `transform` example 3 of page `iot-sql-functions`, and in AWS's own
 * validation tool an array of one for `FROM *`. Here both hold, and `get(…, 0)` reads the object as its
 * only row.
 */
export function prepareQuery(query: Query, prepare: Prepare): Evaluator {
  const rows = prepareRows(query, prepare);
  return (scope) => {
    const values = rows.read(scope)?.filter(isDefined);
    return values && rows.single(scope) ? singleRow(values[0]) : values;
  };
}

/** Prepares EXISTS: true if the nested SELECT has a row, else false (page `iot-sql-operators`). */
export function prepareExists(query: Query, prepare: Prepare): Evaluator {
  const rows = prepareRows(query, prepare);
  return (scope) => (rows.read(scope) ?? []).length > 0;
}

function prepareRows({ list, source, alias, where }: Query, prepare: Prepare): Rows {
  const from = prepare(source);
  const condition = where && prepare(where);
  const output = prepareOutput(list, prepare);
  const single = (value: Value): boolean => isObject(value) && !isWholeDocument(source);
  return {
    single: (scope) => single(from(scope)),
    read: (scope) => {
      const value = from(scope);
      if (!isArray(value) && !isObject(value)) return undefined;
      const { run } = scope;
      const rows: Value[] = [];
      for (const item of isArray(value) ? value : [value]) {
        run.rows += 1;
        if (run.rows > MOST_ROWS) {
          throw evaluationFailure(`The nested SELECTs read more than ${MOST_ROWS} rows.`);
        }
        const row = rowScope(run, item, alias);
        if (!condition || condition(row) === true) rows.push(output(row));
      }
      return rows;
    },
  };
}
