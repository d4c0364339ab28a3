import { metricsByProtocol } from "../data/metric-dimensions";
import { metricNames, namespacesOfServices, otherNamespaces } from "../data/metric-names";

const listed = new Map(
  Object.entries(metricNames).map(([namespace, { page, metrics }]) => [
    namespace,
    { page, metrics: metrics.split(" ") },
  ]),
);

const namespaces = [...listed.keys(), ...otherNamespaces.split(" ")];

/** The probable intent of an alarm on a metric that its namespace does not contain. */
export type Misnamed =
  | { kind: "mistyped"; meant: string; page: string }
  /** True if the metric is not listed and resembles no listed metric. */
  | { kind: "unlisted"; page: string };

/** Returns undefined if the namespace contains the metric, or if the namespace is not listed here. */
export function misnamedMetric(namespace: string, metric: string): Misnamed | undefined {
  const known = listed.get(namespace);
  if (!known || known.metrics.includes(metric)) return undefined;
  const { page } = known;
  const meant = nearest(metric, known.metrics);
  return meant === undefined ? { kind: "unlisted", page } : { kind: "mistyped", meant, page };
}

/** Returns true for an outcome that AWS IoT does not count for a request of clients, such as `Ping.Throttle`. */
export const isUncounted = (namespace: string, metric: string): boolean =>
  namespace === "AWS/IoT" && !metricsByProtocol.includes(metric) && requests.has(before(metric));

const before = (metric: string): string => metric.replace(/\..*/, ".");
const requests = new Set(metricsByProtocol.map(before));

/** The AWS namespace that a misspelled namespace resembles; undefined if the namespace may exist or is a custom namespace. */
export function meantNamespace(given: string): string | undefined {
  if (namespaces.includes(given)) return undefined;
  const lower = given.trim().toLowerCase();
  const named = namespaces.find((known) => known.toLowerCase() === lower);
  if (named !== undefined || !lower.startsWith("aws/")) return named;
  return (
    (Object.hasOwn(namespacesOfServices, lower) ? namespacesOfServices[lower] : undefined) ??
    // Some short names, such as AWS/DX and AWS/DAX, differ by only one letter.
    namespaces.find(
      (known) => known.length >= "AWS/Lambda".length && distance(known.toLowerCase(), lower) === 1,
    )
  );
}

/** The known name that is most similar to a mistyped name, the first of several; undefined if none is similar. */
function nearest(given: string, known: readonly string[]): string | undefined {
  const { name, letters } = known
    .map((name) => ({ name, letters: distance(name.toLowerCase(), given.toLowerCase()) }))
    .reduce((best, one) => (one.letters < best.letters ? one : best));
  return letters <= name.length * 0.4 ? name : undefined;
}

/** The number of insertions, deletions and substitutions that convert one string to the other. */
function distance(a: string, b: string): number {
  let row = [0, ...Array.from({ length: b.length }, (_, index) => index + 1)];
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1)
      next.push(
        Math.min(
          (row[j] ?? 0) + 1,
          (next[j - 1] ?? 0) + 1,
          (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
        ),
      );
    row = next;
  }
  return row[b.length] ?? 0;
}
