import Ajv from "ajv";
import * as assert from "node:assert/strict";
import * as athena from "./schema/athena.json";
import * as cloudwatch from "./schema/cloudwatch.json";
import * as dashboard from "./schema/dashboard.json";
import * as influxdb from "./schema/influxdb.json";

/**
 * Grafana's own JSON schemas of classic dashboards and of queries, as the repository of the Foundation SDK publishes them (Apache-2.0).
 * @see https://github.com/grafana/grafana-foundation-sdk/tree/f178d5a42a8915fdda9235e97ad93881e3f94fef/jsonschema
 */
const withAnyValue = {
  ...dashboard,
  definitions: {
    ...dashboard.definitions,
    // The schemas are generated from CUE, whose "any value" became an object; Grafana takes texts and numbers as well.
    DynamicConfigValue: anyValueOf(dashboard.definitions.DynamicConfigValue, "value"),
    MatcherConfig: anyValueOf(dashboard.definitions.MatcherConfig, "options"),
    VariableModel: anyQueryOf(dashboard.definitions.VariableModel),
  },
};

function anyValueOf<S extends { properties: object }>(schema: S, property: string): object {
  const { [property]: before } = schema.properties as Record<string, unknown>;
  assert.equal((before as { type?: string }).type, "object", property);
  return { ...schema, properties: { ...schema.properties, [property]: {} } };
}

/** A variable's query is a text or an object whose members may be any value; the schemas below judge it by its data source. */
function anyQueryOf<S extends { properties: { query: { oneOf: object[] } } }>(schema: S): object {
  assert.equal(schema.properties.query.oneOf.length, 2);
  const query = { oneOf: [{ type: "string" }, { type: "object" }] };
  return { ...schema, properties: { ...schema.properties, query } };
}

const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false });
const validators = {
  dashboard: ajv.compile(withAnyValue),
  cloudwatch: ajv.compile(cloudwatch),
  "grafana-athena-datasource": ajv.compile(athena),
  influxdb: ajv.compile(influxdbSchema("Dataquery")),
  "influxdb variable": ajv.compile(influxdbSchema("VariableQuery")),
};

/**
 * The SDK publishes no schema of InfluxDB's queries: this one has what a query in SQL needs of the types in Grafana's source, and no more.
 * @see https://github.com/grafana/grafana/blob/main/public/app/plugins/datasource/influxdb/types.ts
 */
function influxdbSchema(of: keyof typeof influxdb.definitions): object {
  return { ...influxdb, $ref: `#/definitions/${of}` };
}

/** What a panel of a dashboard has, as far as the tests read it. */
export interface Panel {
  id: number;
  type: string;
  title?: string;
  datasource?: { type: string; uid: string };
  targets?: Target[];
  gridPos: { x: number; y: number; w: number; h: number };
  fieldConfig?: {
    defaults: { thresholds?: { steps: Step[] } };
    overrides: {
      matcher: { options: string };
      properties: { id: string; value: { steps: Step[] } }[];
    }[];
  };
}

interface Step {
  color: string;
  value: number | null;
}

export interface Target extends Record<string, unknown> {
  refId: string;
  id?: string;
  hide?: boolean;
  label?: string;
  expression?: string;
  dimensions?: Record<string, string>;
  datasource: { type: string; uid: string };
}

export interface Variable {
  name: string;
  type: string;
  query: unknown;
  datasource?: { type: string; uid: string };
}

export interface Document {
  uid: string;
  title: string;
  time: { from: string; to: string };
  templating: { list: Variable[] };
  annotations: { list?: { target: Record<string, unknown> }[] };
  panels: Panel[];
}

/** The faults of a dashboard by the schemas, of the queries of its panels and variables as well. */
export function schemaFaults(document: unknown): string[] {
  const { panels = [], templating } = document as Partial<Document>;
  const queries = panels.flatMap(({ title = "", targets = [] }) =>
    targets.flatMap((target) => faultsBy(target.datasource.type, target, title)),
  );
  const variables = (templating?.list ?? [])
    .filter(({ type }) => type === "query")
    .flatMap(({ name, query, datasource }) =>
      faultsBy(ofVariables[datasource?.type ?? ""] ?? "none", query, name),
    );
  return [...faultsBy("dashboard", document, "dashboard"), ...queries, ...variables];
}

/** The schemas of queries of variables, by the type of the data source: Athena takes those of panels. */
const ofVariables: Readonly<Record<string, string>> = {
  "grafana-athena-datasource": "grafana-athena-datasource",
  influxdb: "influxdb variable",
};

function faultsBy(schema: string, value: unknown, where: string): string[] {
  if (!Object.hasOwn(validators, schema)) return [`${where} has no schema of ${schema}`];
  const validate = validators[schema as keyof typeof validators];
  if (validate(value)) return [];
  return (validate.errors ?? []).map(
    ({ instancePath, message = "", params }) =>
      `${where}${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}
