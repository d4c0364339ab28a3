import type { Dashboard } from "@grafana/grafana-foundation-sdk/dashboard";
import { evaluateProject, type RecordedResource } from "../../local/program";
import { answers } from "../../local/services/invokes";
import { readStackConfiguration } from "../../local/stack-config";
import type { StackOutputs } from "../stack-outputs";
import { dashboards } from "./documents";
import { grafanaStack } from "./stack";

/** Where the stack of the examples is; the account is the one of AWS's own examples. */
const place = { region: "eu-central-1", accountId: "123456789012" };

/**
 * The dashboards of a stack `dev` with every integration, to import by hand, by the name of their file in docs/grafana without extension.
 * `directory` is the project's.
 */
export async function examples(directory: string): Promise<Record<string, Dashboard>> {
  const stack = "dev";
  // The local stack has every integration.
  const { values } = readStackConfiguration(directory, "local");
  const engine = { invoke: answers(place) };
  const { project, resources } = await evaluateProject(directory, stack, engine, values);
  return dashboards(
    grafanaStack({
      ...{ project, stack, partition: "aws", ...place, resources },
      // Outputs are not known before there is a stack; the names in them are inputs of resources.
      outputs: { of: storesIn(resources) },
    }),
  );
}

function storesIn(resources: readonly RecordedResource[]): StackOutputs["of"] {
  const nameOf = (type: string): string =>
    String(resources.find((made) => made.type === type)?.plain["name"]);
  const variables = resources.map(
    ({ plain }) => (plain["environment"] as { variables?: Variables } | undefined)?.variables,
  );
  const writer = variables.find((of) => of && "INFLUXDB_TABLE" in of);
  return {
    "iot-to-quicksight": {
      database: nameOf("aws:glue/catalogDatabase:CatalogDatabase"),
      table: nameOf("aws:glue/catalogTable:CatalogTable"),
      workgroup: nameOf("aws:athena/workgroup:Workgroup"),
    },
    "iot-to-timestream": {
      engine: "v3-core",
      database: String(writer?.["INFLUXDB_DATABASE"]),
      table: String(writer?.["INFLUXDB_TABLE"]),
    },
  };
}

type Variables = Record<string, string>;
