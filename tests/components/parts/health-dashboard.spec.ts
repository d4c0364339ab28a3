import * as assert from "node:assert/strict";
import * as path from "node:path";
import { bodyOf, type Widget } from "../../../components/parts/health/dashboard-body";
import type { Watched } from "../../../components/parts/health/watched";
import { evaluateProject, type RecordedResource } from "../../../local/program";
import { dashboardFaults } from "../../../local/services/cloudwatch/dashboard-faults";
import { wholeProgram } from "../../policies/whole-program";
import { account, answer, region } from "../../support/deploy";

const project = path.join(__dirname, "../../..");
const dashboardType = "aws:cloudwatch/dashboard:Dashboard";

/** What the dashboard has to show, whatever the parts are: the type, and the dimension of its metrics. */
const shown: Readonly<Record<string, string>> = {
  "aws:iot/topicRule:TopicRule": "RuleName",
  "aws:kinesis/firehoseDeliveryStream:FirehoseDeliveryStream": "DeliveryStreamName",
  "aws:kinesis/stream:Stream": "StreamName",
  "aws:lambda/function:Function": "FunctionName",
  "aws:sqs/queue:Queue": "QueueName",
};

function dashboardOf(resources: readonly RecordedResource[]): { body: string; widgets: Widget[] } {
  const made = resources.filter(({ type }) => type === dashboardType);
  assert.equal(made.length, 1);
  const body = made[0]?.plain.dashboardBody;
  assert.equal(typeof body, "string", "The body is not known at the first preview.");
  const { widgets } = JSON.parse(body as string) as { widgets: Widget[] };
  return { body: body as string, widgets };
}

const alarmsIn = (widgets: readonly Widget[]): string[] =>
  widgets.flatMap(({ properties }) => (properties.alarms ?? []) as string[]);

/** The values of a dimension in all graphs. */
const valuesOf = (widgets: readonly Widget[], dimension: string): Set<string> =>
  new Set(
    widgets
      .flatMap(({ properties }) => (properties.metrics ?? []) as unknown[][])
      .filter((metric) => metric[2] === dimension)
      .map((metric) => String(metric[3])),
  );

const headings = (widgets: readonly Widget[]): string[] =>
  widgets.filter(({ type }) => type === "text").map((one) => String(one.properties.markdown));

describe("the health dashboard", function () {
  this.timeout(120_000);
  let resources: RecordedResource[];
  let widgets: Widget[];
  let body: string;
  before(async () => {
    resources = await wholeProgram();
    ({ widgets, body } = dashboardOf(resources));
  });

  it("shows the state of every alarm of the whole program, once", () => {
    const arns = resources
      .filter(({ type }) => type.endsWith("Alarm"))
      .map(({ plain: { name, region: own = region } }) =>
        [`arn:aws:cloudwatch:${String(own)}:${account}:alarm`, name].join(":"),
      );
    assert.ok(arns.length > 100, `${arns.length} alarms`);
    assert.deepEqual(alarmsIn(widgets).sort(), arns.sort());
  });

  for (const [type, dimension] of Object.entries(shown))
    it(`shows metrics of every ${type.replace(/^.*:/, "")} of the whole program, and of no other`, () => {
      const names = resources.filter((made) => made.type === type).map(({ plain }) => plain.name);
      assert.ok(names.length > 0);
      assert.deepEqual([...valuesOf(widgets, dimension)].sort(), names.sort());
    });

  it("shows how old the undelivered records of every delivery stream are", () => {
    const metrics = widgets.flatMap(({ properties }) => (properties.metrics ?? []) as unknown[][]);
    for (const { type, plain } of resources)
      if (type.endsWith(":FirehoseDeliveryStream"))
        assert.ok(
          metrics.some((one) => /\.DataFreshness$/.test(String(one[1])) && one[3] === plain.name),
          String(plain.name),
        );
  });

  it("is valid: within the grid and the quotas, in regions, without overlaps", () => {
    assert.deepEqual(dashboardFaults(body), []);
    const metrics = widgets.flatMap(({ properties }) => (properties.metrics ?? []) as unknown[]);
    assert.ok(metrics.length <= 500, `${metrics.length} metrics`);
    assert.deepEqual(overlapping(widgets), []);
  });

  it("has a section for each part of the stack, in the order of the stack", () => {
    const order = resources.filter(({ parent }) => /::pulumi:pulumi:Stack::/.test(parent));
    const names = order.map(({ name }) => `## ${name}`);
    const found = headings(widgets);
    assert.ok(found.includes("## telemetry") && found.includes("## iot-to-sqs"));
    assert.deepEqual(
      found,
      names.filter((name) => found.includes(name)),
    );
  });

  it("of a stack with one integration shows that one only", async () => {
    const changes = { "iot-integrations:integrations": '["iot-to-sqs"]' };
    const one = await evaluateProject(project, "dev", { invoke: answer }, changes);
    const own = dashboardOf(one.resources).widgets;
    assert.deepEqual(headings(own), ["## alarms", "## quarantine", "## iot-to-sqs"]);
    assert.deepEqual(
      [...valuesOf(own, "FunctionName")],
      ["iot-integrations-dev-iot-to-sqs-worker"],
    );
    assert.deepEqual([...valuesOf(own, "RuleName")], ["iot_integrations_dev_iot_to_sqs_rule"]);
    assert.deepEqual([...valuesOf(own, "StreamName")], []);
  });
});

describe("the body of a health dashboard", () => {
  const alarmArn = (name: string) => `arn:aws:cloudwatch:${region}:${account}:alarm:${name}`;
  const bodyFor = (watched: Watched[]) => bodyOf({ watched, region, alarmArn }).widgets;

  it("has at most a hundred alarms in a widget", () => {
    const watched = Array.from({ length: 201 }, (_, nth): Watched => ({
      kind: "alarm",
      ...{ owner: "a", logicalName: `a-${nth}`, name: `n-${nth}` },
    }));
    assert.deepEqual(
      bodyFor(watched).map(({ properties }) => (properties.alarms as string[] | undefined)?.length),
      [undefined, 100, 100, 1],
    );
  });

  it("shows what is in another region there", () => {
    const there = { owner: "edge", region: "us-east-1" };
    const [, alarms, invocations] = bodyFor([
      { kind: "alarm", logicalName: "edge-errors", name: "errors", ...there },
      { kind: "function", logicalName: "edge-guard", name: "guard", ...there },
    ]);
    assert.deepEqual(alarms?.properties.alarms, [
      `arn:aws:cloudwatch:us-east-1:${account}:alarm:errors`,
    ]);
    assert.deepEqual(invocations?.properties, {
      title: "Invocations of functions",
      view: "timeSeries",
      region,
      period: 60,
      metrics: [
        [
          ...["AWS/Lambda", "Invocations", "FunctionName", "guard"],
          { label: "edge-guard", stat: "Sum", region: "us-east-1" },
        ],
      ],
    });
  });
});

function overlapping(widgets: readonly Widget[]): string[] {
  const taken = new Map<string, number>();
  return widgets.flatMap(({ x, y, width, height }, nth) => {
    const faults: string[] = [];
    for (let column = x; column < x + width; column += 1)
      for (let row = y; row < y + height; row += 1) {
        const other = taken.get(`${column} ${row}`);
        if (other !== undefined) faults.push(`${nth} over ${other}`);
        taken.set(`${column} ${row}`, nth);
      }
    return [...new Set(faults)];
  });
}
