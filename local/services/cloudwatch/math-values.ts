import type { Clients } from "../../aws/clients";
import type { Series } from "./metric-math";
import { valuesOf } from "./metric-values";
import type { MathWatch } from "./watch";

/** The periods that an expression sees: DIFF needs the one before the last. */
const periods = 2;

/**
 * Returns the last value of each expression. Values are rounded to nine decimals, because an average here is that of many samples, one for
 * each evaluation, whereas AWS's services report one a minute.
 */
export async function mathValuesOf(
  clients: Clients,
  watches: MathWatch[],
): Promise<Map<MathWatch, number | undefined>> {
  const metrics = watches.flatMap((watch) => [...watch.metrics.values()]);
  const columns: (number | undefined)[][] = [];
  for (let ago = periods - 1; ago >= 0; ago -= 1)
    columns.push(await valuesOf(clients, metrics, ago));
  const seriesOf = new Map(
    metrics.map((metric, index): [typeof metric, Series] => [
      metric,
      columns.map((column) => column[index]),
    ]),
  );
  return new Map(
    watches.map((watch) => {
      const values = new Map(
        [...watch.metrics].map(([id, metric]) => [id, seriesOf.get(metric) ?? []]),
      );
      let last: number | undefined;
      for (const [id, step] of watch.steps) {
        const series = step.evaluate(values);
        values.set(id, series);
        last = series.at(-1);
      }
      return [watch, last === undefined ? undefined : Math.round(last * 1e9) / 1e9];
    }),
  );
}
