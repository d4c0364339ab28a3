import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import type { Widget } from "../../../components/parts/health/dashboard-body";
import { kindOf } from "../../../components/parts/health/watched";
import { evaluateProject, type RecordedResource } from "../../../local/program";
import { dashboards } from "../../../operations/grafana/documents";
import { examples } from "../../../operations/grafana/examples";
import { uidOf } from "../../../operations/grafana/uid";
import { wholeProgram } from "../../policies/whole-program";
import { answer } from "../../support/deploy";
import { schemaFaults, type Document, type Panel, type Target } from "./schema";
import { stackOf } from "./stack";

const project = path.join(__dirname, "../../..");

const documentsOf = (resources: readonly RecordedResource[], stack = "test") =>
  dashboards(stackOf(resources, stack)) as unknown as Record<string, Document>;

const targetsOf = ({ panels }: Document): Target[] => panels.flatMap(({ targets = [] }) => targets);
const rowsOf = ({ panels }: Document): string[] =>
  panels.filter(({ type }) => type === "row").map(({ title = "" }) => title);
const sqlOf = (document: Document): string[] =>
  targetsOf(document).flatMap(({ rawSQL, rawSql }) => [rawSQL ?? rawSql ?? []].flat() as string[]);

const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";

/** A metric of a dashboard, in words. */
const metricOf = (namespace: unknown, name: unknown, dimensions: object): string =>
  [namespace, name, ...Object.entries(dimensions).flat()].join(" ");

describe("the dashboards for Grafana", function () {
  this.timeout(120_000);
  let resources: RecordedResource[];
  let documents: Record<string, Document>;
  let health: Document;
  before(async () => {
    resources = await wholeProgram();
    documents = documentsOf(resources);
    health = documents["health"] as Document;
  });
  const each = (check: (document: Document, name: string) => void): void => {
    for (const [name, document] of Object.entries(documents)) check(document, name);
  };

  it("are valid by Grafana's schemas of dashboards and queries", () => {
    assert.deepEqual(Object.keys(documents), ["fleet", "device", "health"]);
    each((document, name) => assert.deepEqual(schemaFaults(document), [], name));
  });

  it("would not be valid with a field, a type or a query that Grafana does not know", () => {
    const [panel] = health.panels.filter(({ targets }) => targets) as [
      Panel & { targets: [Target] },
    ];
    for (const changed of [
      { ...health, pannels: [] },
      { ...health, time: "now-1h" },
      { ...health, panels: [{ ...panel, gridPos: { ...panel.gridPos, x: "0" } }] },
      { ...health, panels: [{ ...panel, targets: [{ ...panel.targets[0], metric: "Errors" }] }] },
      { ...health, panels: [{ ...panel, targets: [{ ...panel.targets[0], region: undefined }] }] },
    ])
      assert.notDeepEqual(schemaFaults(JSON.parse(JSON.stringify(changed))), []);
  });

  for (const [what, change] of Object.entries<(target: Target) => object>({
    "a member that the data source does not know": (target) => ({ ...target, sql: "SELECT 1" }),
    "no format": ({ format: _, ...target }) => target,
    "another format": (target) => ({ ...target, format: "timeseries" }),
    "no SQL": (target) => ({ ...target, rawSql: "" }),
    "no reference": ({ refId: _, ...target }) => target,
    "another data source": (target) => ({ ...target, datasource: { type: "loki", uid: "a" } }),
  }))
    it(`would not be valid with a query of InfluxDB with ${what}`, () => {
      const fleet = JSON.parse(JSON.stringify(documents["fleet"])) as Document;
      const panel = fleet.panels.find(({ datasource }) => datasource?.type === "influxdb");
      assert.ok(panel?.targets);
      panel.targets = panel.targets.map(change) as Target[];
      assert.notDeepEqual(schemaFaults(fleet), []);
    });

  it("would not be valid with a variable whose query is not its data source's", () => {
    const stack = stackOf(resources);
    const { influxdb: _, ...withLake } = stack;
    for (const of of [stack, withLake]) {
      const [device] = [dashboards(of)["device"]] as unknown as [Document];
      const { list } = device.templating;
      assert.deepEqual(schemaFaults(device), []);
      for (const query of ["", "SELECT 1", { refId: "device" }, { refId: "device", sql: "a" }]) {
        const changed = list.map((one) => (one.type === "query" ? { ...one, query } : one));
        assert.notDeepEqual(schemaFaults({ ...device, templating: { list: changed } }), []);
      }
    }
  });

  it("are in docs/grafana as they are generated (npm run docs:grafana), and valid", async () => {
    const folder = path.join(project, "docs/grafana");
    const generated = await examples(project);
    assert.deepEqual(
      fs.readdirSync(folder).sort(),
      [...Object.keys(generated).map((name) => `${name}.json`), "README.md"].sort(),
    );
    for (const [name, document] of Object.entries(generated)) {
      const file = fs.readFileSync(path.join(folder, `${name}.json`), "utf8");
      assert.deepEqual(JSON.parse(file), JSON.parse(JSON.stringify(document)), name);
      assert.deepEqual(schemaFaults(JSON.parse(file)), []);
      assert.doesNotMatch(file, /-local-|undefined/);
    }
  });

  it("have uids of at most 40 characters, and ids that are unique where they have to be", () => {
    const uids = Object.values(documents).map(({ uid }) => uid);
    assert.equal(new Set(uids).size, 3);
    for (const uid of uids) assert.match(uid, /^[A-Za-z0-9_-]{1,40}$/);
    each(({ panels }) => {
      assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
      for (const { title, targets = [] } of panels) {
        assert.equal(new Set(targets.map(({ refId }) => refId)).size, targets.length, title);
        for (const { id } of targets)
          if (id !== undefined) assert.match(id, /^[a-z][A-Za-z0-9_]*$/, title);
      }
    });
  });

  it("have uids of their own stack, whatever its name has in common with others", () => {
    const long = "measurements-of-the-northern-factories-of-a-company";
    const names = ["short", `${long}-dev`, `${long}-prod`, "a.b-dev", "a-b-dev"];
    const uids = names.flatMap((name) => [
      uidOf(name),
      ...["fleet", "device", "health", "cloudwatch", "athena"].map((part) => uidOf(name, part)),
    ]);
    assert.equal(new Set(uids).size, uids.length);
    for (const uid of uids) assert.match(uid, /^[A-Za-z0-9_-]{1,40}$/);
    assert.equal(uidOf("short", "fleet"), "short-fleet");
    assert.match(
      uidOf(`${long}-dev`, "health"),
      /^measurements-of-the-[a-z-]+-[0-9a-f]{6}-health$/,
    );
    const own = dashboards({ ...stackOf(resources), name: `${long}-dev` });
    assert.equal(own["fleet"]?.uid, uidOf(`${long}-dev`, "fleet"));
    assert.ok(JSON.stringify(own["fleet"]).includes(`/d/${uidOf(`${long}-dev`, "device")}?`));
  });

  it("name log groups in the partition of the stack", () => {
    const inChina = dashboards({ ...stackOf(resources), partition: "aws-cn" })["health"];
    const arns = targetsOf(inChina as unknown as Document).flatMap(({ logGroups = [] }) =>
      (logGroups as { arn: string }[]).map(({ arn }) => arn),
    );
    assert.ok(arns.length > 0);
    for (const arn of arns) assert.match(arn, /^arn:aws-cn:logs:/);
  });

  it("stay within the grid", () =>
    each(({ panels }, name) => {
      for (const { title, gridPos } of panels)
        assert.ok(gridPos.x + gridPos.w <= 24 && gridPos.h > 0, `${name}: ${title}`);
    }));

  it("name data sources by variables only, so that any Grafana imports them", () =>
    each((document) => {
      const variables = document.templating.list.filter(({ type }) => type === "datasource");
      const known = new Map(variables.map(({ name, query }) => [`\${${name}}`, query]));
      const refs = [
        ...document.panels.filter(({ type }) => type !== "row").map(({ datasource }) => datasource),
        ...targetsOf(document).map(({ datasource }) => datasource),
      ];
      assert.ok(refs.length > 3);
      for (const ref of refs) assert.equal(known.get(ref?.uid ?? ""), ref?.type);
    }));

  it("show every alarm, with its threshold", () => {
    const alarms = resources.filter(({ type }) => type === alarmType);
    assert.ok(alarms.length > 100);
    const shown = new Map<string, number>();
    for (const { targets = [], fieldConfig } of health.panels)
      for (const { hide, label = "", refId } of targets) {
        if (hide || !refId.startsWith("A")) continue;
        const steps =
          fieldConfig?.overrides.find(({ matcher }) => matcher.options === refId)?.properties[0]
            ?.value.steps ?? fieldConfig?.defaults.thresholds?.steps;
        shown.set(label, Math.round((steps?.[1]?.value ?? NaN) * 1000) / 1000);
      }
    assert.deepEqual(
      [...shown].sort(),
      alarms.map(({ name, plain }) => [name, plain.threshold]).sort(),
    );
  });

  it("compute what alarms compare from queries of the same panel", () => {
    const functions = /^(MAX|MIN|SUM|AVG|METRICS|FILL|DIFF|IF|RUNNING_SUM|REPEAT|AND|OR|NOT)$/;
    for (const { title, targets = [] } of health.panels) {
      const ids = new Set(targets.map(({ id }) => id));
      const texts = targets.filter(({ metricName }) => metricName === undefined);
      for (const { expression = "" } of texts.filter(({ queryMode }) => queryMode === "Metrics"))
        for (const [word] of expression.matchAll(/[A-Za-z_][A-Za-z0-9_]*/g))
          assert.ok(functions.test(word) || ids.has(word), `${title}: ${word} in ${expression}`);
    }
    const insights = targetsOf(health).filter(({ metricQueryType }) => metricQueryType === 1);
    assert.ok(insights.length > 0);
    for (const { sqlExpression } of insights) assert.match(String(sqlExpression), /^SELECT /);
  });

  it("show the metrics of the dashboard in CloudWatch, and its sections", () => {
    const body = resources.find(({ type }) => type === "aws:cloudwatch/dashboard:Dashboard");
    const { widgets } = JSON.parse(String(body?.plain.dashboardBody)) as { widgets: Widget[] };
    const inCloudWatch = widgets
      .flatMap(({ properties }) => (properties.metrics ?? []) as string[][])
      .map(([namespace, name, dimension = "", value]) =>
        metricOf(namespace, name, { [dimension]: value }),
      );
    const inGrafana = targetsOf(health)
      .filter(({ refId }) => refId.startsWith("M"))
      .map(({ namespace, metricName, dimensions = {} }) =>
        metricOf(namespace, metricName, dimensions),
      );
    assert.ok(inGrafana.length > 100, `${inGrafana.length} metrics`);
    assert.deepEqual(inGrafana.sort(), inCloudWatch.sort());
    const sections = widgets
      .filter(({ type }) => type === "text")
      .map(({ properties }) => String(properties.markdown).replace("## ", ""));
    assert.deepEqual(rowsOf(health), [...sections, "Logs of functions"]);
  });

  it("query the logs of every function, at most 50 groups at a time", () => {
    const groups = targetsOf(health)
      .filter(({ queryMode }) => queryMode === "Logs")
      .map(({ logGroups }) => (logGroups as { name: string }[]).map(({ name }) => name));
    assert.ok(groups.every((some) => some.length >= 1 && some.length <= 50));
    const functions = resources.filter(
      ({ type, plain }) => kindOf(type) === "function" && plain.region === undefined,
    );
    assert.deepEqual(
      groups.flat().sort(),
      functions.map(({ plain }) => `/aws/lambda/${String(plain.name)}`).sort(),
    );
  });

  it("show the changes of the alarms of this stack", () => {
    const [annotation] = health.annotations.list ?? [];
    assert.equal(annotation?.target["alarmNamePrefix"], "iot-integrations-test-");
  });

  it("ask for one device by its quoted name, over the last hour", () => {
    const device = documents["device"] as Document;
    assert.deepEqual(device.time, { from: "now-1h", to: "now" });
    const queries = sqlOf(device);
    assert.equal(queries.length, 7);
    for (const sql of queries) {
      assert.match(sql, /WHERE "device[iI]d" = \$\{device:sqlstring\} AND \$__timeFilter\(/);
      assert.doesNotMatch(sql, /'\$device'|'\$\{device\}'/);
    }
  });

  it("ask Athena and InfluxDB in their dialects", () => {
    const device = documents["device"] as Document;
    const [influxdb, , , athena] = sqlOf(device);
    assert.equal(
      influxdb,
      [
        'SELECT "time", "temperature"',
        'FROM "telemetry"',
        'WHERE "deviceId" = ${device:sqlstring} AND $__timeFilter("time")',
        'ORDER BY "time"',
      ].join("\n"),
    );
    assert.equal(
      athena,
      [
        'SELECT DISTINCT "reading_time" AS "time", "temperature" AS "temperature"',
        'FROM "iot_integrations_test_iot_to_quicksight_lake"."readings"',
        `WHERE "deviceid" = \${device:sqlstring} AND $__timeFilter("reading_time") AND "arrival_date" >= CAST(CAST(DATE '\${__from:date:YYYY-MM-DD}' - INTERVAL '1' DAY AS DATE) AS VARCHAR)`,
        "ORDER BY 1",
      ].join("\n"),
    );
  });

  it("read no folder of the lake before the time range", () => {
    const athena = Object.values(documents)
      .flatMap(sqlOf)
      .filter((sql) => sql.includes("reading_time"));
    assert.ok(athena.length >= 8);
    for (const sql of athena) assert.match(sql, /"arrival_date" >= CAST\(CAST\(DATE '/);
  });

  it("of a stack with one integration show that one only, and no device without a store", async () => {
    const changes = { "iot-integrations:integrations": '["iot-to-sqs"]' };
    const one = await evaluateProject(project, "dev", { invoke: answer }, changes);
    const own = documentsOf(one.resources, "dev");
    assert.deepEqual(Object.keys(own), ["fleet", "health"]);
    const rows = ["alarms", "quarantine", "iot-to-sqs", "Logs of functions"];
    assert.deepEqual(rowsOf(own["health"] as Document), rows);
    assert.deepEqual(rowsOf(own["fleet"] as Document), [
      "AWS IoT, of the whole account and region",
    ]);
    for (const document of Object.values(own)) assert.deepEqual(schemaFaults(document), []);
  });
});
