import type { StackOutputs } from "../stack-outputs";
import { plugins, type Source } from "./queries";
import type { GrafanaStack } from "./stack";
import { uidOf } from "./uid";

/** A data source as Grafana's API takes it. @see https://grafana.com/docs/grafana/latest/developers/http_api/data_source/ */
export interface DataSource {
  name: string;
  uid: string;
  type: (typeof plugins)[Source];
  access: "proxy";
  url?: string;
  jsonData: Record<string, unknown>;
  secureJsonData?: Record<string, string>;
}

/**
 * The data sources of a stack. CloudWatch and Athena take the credentials of the workspace's role; the token of InfluxDB is what an
 * operator gives.
 * @see https://grafana.com/docs/grafana/latest/datasources/aws-cloudwatch/aws-authentication/
 * @see https://grafana.com/docs/grafana/latest/datasources/influxdb/configure/
 */
export function dataSources(
  { name, region, lake, influxdb }: GrafanaStack,
  { of }: StackOutputs,
  influxdbToken: string | undefined,
): DataSource[] {
  const common = (source: Source) => ({
    name: `${name} ${source}`,
    uid: uidOf(name, source),
    type: plugins[source],
    access: "proxy" as const,
  });
  const aws = { authType: "default", defaultRegion: region };
  const url = of["iot-to-timestream"]?.["url"];
  return [
    { ...common("cloudwatch"), jsonData: aws },
    ...(lake
      ? [
          {
            ...common("athena"),
            jsonData: {
              ...aws,
              catalog: "AwsDataCatalog",
              database: lake.database,
              workgroup: lake.workgroup,
            },
          },
        ]
      : []),
    ...(influxdb && influxdbToken !== undefined && url !== undefined
      ? [
          {
            ...common("influxdb"),
            url,
            jsonData: { version: "SQL", dbName: influxdb.database, httpMode: "POST" },
            secureJsonData: { token: influxdbToken },
          },
        ]
      : []),
  ];
}
