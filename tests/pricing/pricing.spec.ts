import * as assert from "node:assert/strict";
import { add, costOf, idleQuantities, prices, type Quantities } from "../../pricing";

describe("prices", () => {
  it("name the page of AWS, the month and the unit of each amount", () => {
    for (const [id, { usd, per, asOf, page }] of Object.entries(prices)) {
      assert.ok(usd > 0, id);
      assert.match(per, /^[a-z]/, id);
      assert.match(asOf, /^20\d\d-(0[1-9]|1[0-2])$/, id);
      assert.match(page, /^https:\/\/aws\.amazon\.com\/.*pricing/, id);
    }
  });

  it("are of single units, of a million units, or of a gigabyte", () => {
    assert.equal(costOf({ key: 3 }), 3 * prices.key.usd);
    assert.equal(costOf({ "queue-request": 2_500_000 }), 2.5 * prices["queue-request"].usd);
    assert.equal(costOf({ "stream-in": 2 ** 31 }), 2 * prices["stream-in"].usd);
    assert.equal(costOf({}), 0);
  });

  it("add up by price", () => {
    const sum: Quantities = { key: 1 };
    add(sum, { key: 2, "alarm-metric": 1 });
    assert.deepEqual(sum, { key: 3, "alarm-metric": 1 });
  });
});

describe("the idle cost of a resource", () => {
  const stream = "aws:kinesis/stream:Stream";
  const cases: [what: string, type: string, inputs: object, quantities: object | undefined][] = [
    ["is that of a key", "aws:kms/key:Key", {}, { key: 1 }],
    [
      "is that of an on-demand stream by the hour",
      stream,
      { streamModeDetails: { streamMode: "ON_DEMAND" } },
      { "stream-hour": 730 },
    ],
    ["is that of each shard", stream, { shardCount: 3 }, { "shard-hour": 2190 }],
    ["is that of one shard without a number", stream, {}, { "shard-hour": 730 }],
    [
      "is nothing for a serverless endpoint",
      "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
      { productionVariants: [{ serverlessConfig: { memorySizeInMb: 2048 } }] },
      {},
    ],
    [
      "is that of the instances of an endpoint, by their size",
      "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
      {
        productionVariants: [
          { instanceType: "ml.c5.large", initialInstanceCount: 1 },
          { instanceType: "ml.c5.2xlarge", initialInstanceCount: 2 },
        ],
      },
      { "inference-instance-hour": 730 * 9 },
    ],
    [
      "is that of the units of a running application of Apache Flink, and of one that orchestrates it",
      "aws:kinesisanalyticsv2/application:Application",
      {
        startApplication: true,
        applicationConfiguration: {
          flinkApplicationConfiguration: {
            parallelismConfiguration: { parallelism: 6, parallelismPerKpu: 4 },
          },
        },
      },
      { "kpu-hour": 730 * 3, "kpu-storage": 2 },
    ],
    [
      "is nothing for an application of Apache Flink that is not started",
      "aws:kinesisanalyticsv2/application:Application",
      {},
      {},
    ],
    ["is nothing for a queue", "aws:sqs/queue:Queue", {}, {}],
    ["is nothing for an alias, unlike its key", "aws:kms/alias:Alias", {}, {}],
    ["is unknown for a type without a price", "aws:rds/instance:Instance", {}, undefined],
    [
      "is nothing for a topic rule through Cloud Control",
      "aws:cloudcontrol/resource:Resource",
      { typeName: "AWS::IoT::TopicRule" },
      {},
    ],
    [
      "is nothing for a dashboard of Quick Sight, whose users are billed",
      "aws:cloudcontrol/resource:Resource",
      { typeName: "AWS::QuickSight::Dashboard" },
      {},
    ],
    [
      "is unknown for another type through Cloud Control",
      "aws:cloudcontrol/resource:Resource",
      { typeName: "AWS::RDS::DBInstance" },
      undefined,
    ],
    ["is unknown for a name that every object has", "constructor", {}, undefined],
  ];
  for (const [what, type, inputs, quantities] of cases)
    it(what, () =>
      assert.deepEqual(idleQuantities(type, inputs as Record<string, unknown>), quantities),
    );
});
