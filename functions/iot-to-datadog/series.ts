import type { Accepted } from "../shared/batch";
import { groupBy } from "../shared/group";
import type { Measure } from "./measures";

/** Readings that make the points of one second; they are sent together or not at all. */
export type Moment = [Accepted, ...Accepted[]];

/** A point of a series; Datadog keeps one value per series and second. */
interface Point {
  /** In seconds since the epoch. */
  timestamp: number;
  value: number;
}

/**
 * A time series as `POST /api/v2/series` takes it.
 * @see https://docs.datadoghq.com/api/latest/metrics/submit-metrics/
 */
export interface Series {
  metric: string;
  /** 3 is a gauge. */
  type: 3;
  points: Point[];
  tags: string[];
  unit?: string;
}

export interface SeriesSettings {
  /** The first part of each metric's name. */
  metricPrefix: string;
  /** Whether each device has series of its own. */
  byDevice: boolean;
}

/** A value of one moment, with the series to which it belongs. */
interface Sample extends Omit<Series, "points" | "type"> {
  value: number;
}

const secondOf = ({ reading }: Accepted): number => Math.floor(reading.timestamp / 1000);

/** What devices of one site have before the first colon of their ids, as tenants of the API do. */
export const siteOf = ({ reading }: Accepted): string => {
  const end = reading.deviceId.indexOf(":");
  return end > 0 ? reading.deviceId.slice(0, end) : "none";
};

/** Groups readings by what may share a point: a second of a device, or of a site. */
export const momentsOf = (readings: Accepted[], { byDevice }: SeriesSettings): Moment[] =>
  groupBy(readings, (one) => {
    const owner = byDevice ? one.reading.deviceId : siteOf(one);
    return `${owner}#${secondOf(one)}`;
  });

/**
 * Makes the series of some moments. With series by device, a point is the latest reading of the second; without, it is the mean of the
 * site's devices, with the least and the greatest value beside it under the suffixes `.min` and `.max`.
 */
export function createSeriesMaker(
  settings: SeriesSettings,
  measures: Measure[],
): (moments: Moment[]) => Series[] {
  const samplesOf = settings.byDevice ? deviceSamples : siteSamples;
  return (moments) => {
    const series = new Map<string, Series>();
    for (const moment of moments) {
      const timestamp = secondOf(moment[0]);
      for (const { value, ...sample } of samplesOf(moment, settings.metricPrefix, measures)) {
        const key = `${sample.metric} ${sample.tags.join()}`;
        const known = series.get(key);
        if (known) known.points.push({ timestamp, value });
        else series.set(key, { ...sample, type: 3, points: [{ timestamp, value }] });
      }
    }
    return [...series.values()];
  };
}

function deviceSamples(moment: Moment, prefix: string, measures: Measure[]): Sample[] {
  const latest = moment.reduce((a, b) => (b.reading.timestamp >= a.reading.timestamp ? b : a));
  const tags = [`device:${latest.reading.deviceId}`, `site:${siteOf(latest)}`];
  return measures.flatMap(({ name, unit, of }): Sample[] => {
    const value = of(latest.reading);
    if (value === undefined) return [];
    return [{ metric: `${prefix}.${name}`, tags, ...(unit !== undefined && { unit }), value }];
  });
}

function siteSamples(moment: Moment, prefix: string, measures: Measure[]): Sample[] {
  const tags = [`site:${siteOf(moment[0])}`];
  return measures.flatMap(({ name, unit, of }): Sample[] => {
    const values = moment.flatMap(({ reading }) => of(reading) ?? []);
    if (values.length === 0) return [];
    const common = { tags, ...(unit !== undefined && { unit }) };
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const metric = `${prefix}.${name}`;
    return [
      { ...common, metric, value: mean },
      { ...common, metric: `${metric}.min`, value: Math.min(...values) },
      { ...common, metric: `${metric}.max`, value: Math.max(...values) },
    ];
  });
}
