import * as assert from "node:assert/strict";
import * as path from "node:path";
import { stems } from "../../../components/catalogue";
import { costOfStack, type Cost } from "../../../operations/cost/cost";
import { pages } from "../../../operations/cost/pages";
import { report } from "../../../operations/cost/report";
import { costOf, idleQuantities } from "../../../pricing";
import { wholeProgram } from "../../policies/whole-program";
import { alternatives } from "../../support/alternatives";

const cloudControl = "aws:cloudcontrol/resource:Resource";

/** Settings by which the program declares types that neither the local stack nor the alternatives have. */
const others: readonly Record<string, string>[] = [
  {
    "iot-integrations:integrations": JSON.stringify([
      ...["iot-to-quicksight", "iot-to-sagemaker", "iot-to-timestream"],
      ...["edge-to-iot", "stream-to-fargate", "grafana"],
    ]),
    "iot-to-quicksight:subscribed": "true",
    "iot-to-quicksight:principal":
      "arn:aws:quicksight:eu-central-1:123456789012:group/default/readers",
    "iot-to-sagemaker:training": "true",
    "iot-to-timestream:engine": "liveAnalytics",
    "edge-to-iot:accessLog": "true",
    "stream-to-fargate:egress": "endpoints",
    "grafana:authentication": "SAML",
    "grafana:samlMetadataUrl": "https://id.example.com/saml",
    "grafana:admins": '["operators"]',
  },
  {
    "iot-integrations:integrations": '["iot-to-timestream"]',
    "iot-to-timestream:engine": "v2",
    "iot-to-timestream:password": "ofThisTestOnly",
  },
];

const project = path.join(__dirname, "../../..");

describe("the cost of the program", function () {
  this.timeout(240_000);
  let cost: Cost;
  before(async () => {
    cost = await costOfStack(project, "local");
  });

  it("has a price of every type of resource, in every configuration", async () => {
    const types = new Set<string>();
    for (const changes of [{}, ...alternatives, ...others])
      for (const { type, custom, plain } of await wholeProgram(changes)) {
        if (!custom) continue;
        types.add(type === cloudControl ? String(plain.typeName) : type);
        assert.notEqual(
          idleQuantities(type, plain),
          undefined,
          `${type} ${String(plain.typeName)}`,
        );
      }
    for (const type of [
      ...["AWS::IoT::TopicRule", "AWS::QuickSight::Dashboard"],
      ...["aws:quicksight/dataSet:DataSet", "aws:timestreamwrite/table:Table"],
      ...["aws:sagemaker/pipeline:Pipeline", "aws:cloudwatch/logDelivery:LogDelivery"],
      "aws:grafana/workspaceSamlConfiguration:WorkspaceSamlConfiguration",
    ])
      assert.ok(types.has(type), type);
  });

  it("names a resource without a price, and what the others cost", () => {
    assert.deepEqual(cost.unpriced, []);
    const unpriced = ["aws:rds/instance:Instance orders"];
    const [before, after] = [report(cost), report({ ...cost, unpriced })].map((text) =>
      text.split("\n"),
    );
    const sentence =
      "Without a price, and not in these amounts: aws:rds/instance:Instance orders. Add the types to pricing/idle.ts.";
    assert.deepEqual(
      after?.filter((line) => line !== sentence),
      before,
    );
    assert.ok(after?.includes(sentence));
  });

  it("adds up, and has a bill of each integration of the stack", () => {
    const { of, bills, total, loadsPerMonth } = cost;
    // 4 RPU for a minute of each 15.
    assert.equal(loadsPerMonth.toFixed(2), ((0.375 * 4 * 730) / 15).toFixed(2));
    assert.equal(of, "stack local");
    for (const stem of stems)
      assert.ok(
        bills.some((bill) => bill.of === stem),
        stem,
      );
    for (const part of ["idle", "perMillion", "perMillionImages"] as const) {
      for (const bill of bills) assert.equal(bill[part].dollars, costOf(bill[part].quantities));
      const sum = bills.reduce((sofar, bill) => sofar + bill[part].dollars, 0);
      assert.ok(Math.abs(total[part] - sum) < 1e-9);
      assert.ok(sum > 1);
    }
    const messages = bills.find((bill) => bill.of === "messages of devices");
    assert.deepEqual(messages?.perMillion.quantities, { "iot-message": 1_000_000 });
    const cameras = bills.find((bill) => bill.of === "camera-to-rekognition");
    assert.deepEqual(cameras?.perMillion.quantities, {});
    const { "function-duration": duration, ...images } = cameras?.perMillionImages.quantities ?? {};
    assert.deepEqual(images, {
      ...{ "bucket-put": 1_000_000, "bus-event": 1_000_000 },
      // Each is sent; batches of ten are received and deleted.
      ...{ "queue-request": 1_200_000, "function-request": 100_000 },
      ...{ "table-read": 2_000_000, "analysed-image": 1_000_000, "table-write": 1_000_000 },
    });
    assert.ok(duration);
    const without = bills.filter(({ of }) => of !== "camera-to-rekognition");
    for (const { of, perMillionImages } of without)
      assert.deepEqual(perMillionImages.quantities, {}, of);
    const tasks = bills.find((bill) => bill.of === "stream-to-fargate");
    assert.equal(tasks?.perMillion.quantities["table-write"], 5_000_000);
  });

  it("is what the pages say; if not, npm run docs writes them", async () => {
    const all = await pages();
    assert.equal(all.length, stems.length + 2);
    for (const { file, text, renewed } of all) assert.equal(text, renewed, file);
  });
});
