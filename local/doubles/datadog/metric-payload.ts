import * as v from "valibot";

/**
 * The models of Datadog's official client for a submission: required members, types and enumerations of `MetricPayload`, `MetricSeries`,
 * `MetricPoint`, `MetricResource`, `MetricMetadata`, `MetricOrigin` and `MetricIntakeType`, each in the file of its name in
 * `packages/datadog-api-client-v2/models` of `@datadog/datadog-api-client` 1.64.0. Unlike the client, it refuses members that the models do not
 * have, since a misspelt member would be ignored.
 * @see https://docs.datadoghq.com/api/latest/metrics/submit-metrics/
 * @see https://github.com/DataDog/datadog-api-client-typescript/tree/v1.64.0/packages/datadog-api-client-v2/models
 */
const int64 = v.pipe(v.number(), v.safeInteger());
const int32 = v.pipe(v.number(), v.integer(), v.minValue(-(2 ** 31)), v.maxValue(2 ** 31 - 1));

const MetricPoint = v.strictObject({
  timestamp: v.optional(int64),
  value: v.optional(v.pipe(v.number(), v.finite())),
});

const MetricResource = v.strictObject({
  name: v.optional(v.string()),
  type: v.optional(v.string()),
});

const MetricOrigin = v.strictObject({
  metric_type: v.optional(int32),
  product: v.optional(int32),
  service: v.optional(int32),
});

const MetricSeries = v.strictObject({
  interval: v.optional(int64),
  metadata: v.optional(v.strictObject({ origin: v.optional(MetricOrigin) })),
  metric: v.string(),
  points: v.array(MetricPoint),
  resources: v.optional(v.array(MetricResource)),
  source_type_name: v.optional(v.string()),
  tags: v.optional(v.array(v.string())),
  /** Unspecified, count, rate, gauge. */
  type: v.optional(v.picklist([0, 1, 2, 3])),
  unit: v.optional(v.string()),
});

const MetricPayload = v.strictObject({ series: v.array(MetricSeries) });

export type MetricPayload = v.InferOutput<typeof MetricPayload>;

/** Names that Datadog keeps as they are. @see https://docs.datadoghq.com/metrics/custom_metrics/#naming-custom-metrics */
const legalName = /^[A-Za-z][A-Za-z0-9_.]{0,199}$/;
/** Tags that Datadog keeps, but for their case. @see https://docs.datadoghq.com/getting_started/tagging/#define-tags */
const legalTag = /^\p{L}[\p{L}\p{N}_\-:./]{0,199}$/u;

/** A payload, or what is wrong with it. */
export type Checked = { ok: true; payload: MetricPayload } | { ok: false; error: string };

export function checkPayload(value: unknown): Checked {
  const result = v.safeParse(MetricPayload, value);
  if (!result.success) {
    const [issue] = result.issues;
    return { ok: false, error: `${v.getDotPath(issue) ?? "payload"}: ${issue.message}` };
  }
  const payload = result.output;
  if (payload.series.length === 0) return { ok: false, error: "series: it is empty" };
  for (const [nth, { metric, points, tags = [] }] of payload.series.entries()) {
    const wrong = (what: string): Checked => ({ ok: false, error: `series.${nth}.${what}` });
    if (!legalName.test(metric)) return wrong(`metric: ${metric} is not a legal name`);
    const tag = tags.find((one) => !legalTag.test(one));
    if (tag !== undefined) return wrong(`tags: ${tag} is not a legal tag`);
    if (points.length === 0) return wrong("points: it is empty");
    if (
      points.some(({ timestamp, value: number }) => timestamp === undefined || number === undefined)
    )
      return wrong("points: a point has no timestamp or no value");
  }
  return { ok: true, payload };
}
