import type { RecordedResource } from "../../../local/program";
import { grafanaStack, type GrafanaStack } from "../../../operations/grafana/stack";
import type { StackOutputs } from "../../../operations/stack-outputs";
import { account, region } from "../../support/deploy";

/** The outputs that Grafana needs, of a stack whose resources are known. */
export function outputsOf(resources: readonly RecordedResource[]): StackOutputs {
  const named = (type: string, input: string): string =>
    String(resources.find((made) => made.type === type)?.plain[input]);
  const isThere = (stem: string): boolean => resources.some(({ name }) => name === stem);
  return {
    devicePolicyName: "device",
    topicPrefix: "devices",
    of: {
      alarms: { topicArn: `arn:aws:sns:${region}:${account}:alarms` },
      ...(isThere("iot-to-quicksight") && {
        "iot-to-quicksight": {
          database: named("aws:glue/catalogDatabase:CatalogDatabase", "name"),
          table: named("aws:glue/catalogTable:CatalogTable", "name"),
          workgroup: named("aws:athena/workgroup:Workgroup", "name"),
        },
      }),
      ...(isThere("iot-to-timestream") && {
        "iot-to-timestream": {
          ...{ engine: "v3-core", database: "iot", table: "telemetry" },
          url: "https://influxdb.example.com:8181",
        },
      }),
    },
  };
}

export const stackOf = (resources: readonly RecordedResource[], stack = "test"): GrafanaStack =>
  grafanaStack({
    ...{ project: "iot-integrations", stack, partition: "aws", region, accountId: account },
    ...{ resources, outputs: outputsOf(resources) },
  });
