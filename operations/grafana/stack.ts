import { kindOf, type Watched } from "../../components/parts/health/watched";
import type { RecordedResource } from "../../local/program";
import type { StackOutputs } from "../stack-outputs";

/** An alarm with the inputs of `aws.cloudwatch.MetricAlarm` that say what it watches. */
export interface WatchedAlarm extends Watched {
  kind: "alarm";
  inputs: {
    namespace?: string;
    metricName?: string;
    dimensions?: Record<string, unknown>;
    statistic?: string;
    period?: number;
    threshold?: number;
    metricQueries?: {
      id: string;
      expression?: string;
      period?: number;
      returnData?: boolean;
      metric?: {
        namespace?: string;
        metricName: string;
        dimensions?: Record<string, unknown>;
        stat: string;
        period: number;
      };
    }[];
  };
}

/** What the dashboards of a stack are made of. */
export interface GrafanaStack {
  /** `<project>-<stack>` */
  name: string;
  /** Of AWS, such as `aws` or `aws-cn`. */
  partition: string;
  region: string;
  accountId: string;
  watched: (Watched | WatchedAlarm)[];
  /** The readings in Athena. @default none */
  lake?: { database: string; table: string; workgroup: string };
  /** The readings in InfluxDB 3. @default none */
  influxdb?: { database: string; table: string };
}

export interface GrafanaStackArgs {
  project: string;
  stack: string;
  partition: string;
  region: string;
  accountId: string;
  /** What the program registers, evaluated as at its first preview. */
  resources: readonly RecordedResource[];
  outputs: Pick<StackOutputs, "of">;
}

/** What the dashboards are made of: the resources of the evaluated program, and the names of the stores from the stack's outputs. */
export function grafanaStack({ resources, outputs, ...args }: GrafanaStackArgs): GrafanaStack {
  const { of } = outputs;
  const [quicksight, timestream] = [of["iot-to-quicksight"], of["iot-to-timestream"]];
  return {
    name: `${args.project}-${args.stack}`,
    partition: args.partition,
    region: args.region,
    accountId: args.accountId,
    watched: watchedIn(resources),
    ...(quicksight && {
      lake: pick(quicksight, ["database", "table", "workgroup"]),
    }),
    // Versions 1 and 2 have no SQL, and LiveAnalytics has a data source of its own. A rule writes other columns than the function.
    ...(timestream?.["engine"]?.startsWith("v3-") &&
      timestream["writer"] !== "native" && {
        influxdb: pick(timestream, ["database", "table"]),
      }),
  };
}

const pick = <Name extends string>(
  from: Readonly<Partial<Record<string, string>>>,
  names: readonly Name[],
): Record<Name, string> =>
  Object.fromEntries(names.map((name) => [name, from[name] ?? ""])) as Record<Name, string>;

/** The same resources as the health dashboard of CloudWatch shows, by the same kinds and owners, in the same order of owners. */
function watchedIn(resources: readonly RecordedResource[]): (Watched | WatchedAlarm)[] {
  const byUrn = new Map(resources.map((resource) => [resource.urn, resource]));
  const aboveOf = ({ parent }: RecordedResource): RecordedResource | undefined => {
    const above = byUrn.get(parent);
    return above?.type === "pulumi:pulumi:Stack" ? undefined : above;
  };
  const ownerOf = (resource: RecordedResource): string => {
    const above = aboveOf(resource);
    return above ? ownerOf(above) : resource.name;
  };
  const order = resources.filter((one) => aboveOf(one) === undefined).map(({ name }) => name);
  const watched = resources.flatMap((resource) => {
    const kind = kindOf(resource.type);
    if (!kind) return [];
    const { name, region, destination } = resource.plain as Record<string, string | undefined>;
    return [
      {
        ...{ kind, owner: ownerOf(resource), logicalName: resource.name, name: name ?? "" },
        ...{ region, destination },
        ...(kind === "alarm" && { inputs: resource.plain }),
      },
    ];
  });
  // The order in which resources are registered differs from one evaluation to the next.
  const byName = (a: Watched, b: Watched): number => (a.logicalName < b.logicalName ? -1 : 1);
  return watched.sort((a, b) => order.indexOf(a.owner) - order.indexOf(b.owner) || byName(a, b));
}
