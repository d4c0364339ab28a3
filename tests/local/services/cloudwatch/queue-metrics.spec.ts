import { CloudWatchClient, type PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import * as assert from "node:assert/strict";
import type { Clients } from "../../../../local/aws/clients";
import { createQueueMetrics } from "../../../../local/services/cloudwatch/queue-metrics";

describe("the metrics of a queue", () => {
  const { Date: RealDate } = globalThis;
  afterEach(() => void (globalThis.Date = RealDate));

  it("that are read together have one time, so that an expression never adds values of two periods", async () => {
    const put: PutMetricDataCommand["input"][] = [];
    const clients = {
      account: { endpoint: "http://localhost", accountId: "000000000000", region: "eu-central-1" },
      get: (service: unknown) => ({
        async send({ input }: PutMetricDataCommand) {
          if (service === CloudWatchClient) return void put.push(input);
          return {
            Attributes: {
              ApproximateNumberOfMessages: "2",
              ApproximateNumberOfMessagesNotVisible: "1",
            },
          };
        },
      }),
    } as unknown as Clients;
    let seconds = 0;
    globalThis.Date = class extends RealDate {
      constructor() {
        super((seconds += 1) * 1000);
      }
    } as DateConstructor;
    const names = ["ApproximateNumberOfMessagesVisible", "ApproximateNumberOfMessagesNotVisible"];
    await createQueueMetrics(clients)(
      names.map((metricName) => ({
        ...{ kind: "metric", namespace: "AWS/SQS", metricName, dimensions: { QueueName: "q" } },
        ...{ statistic: "Average", seconds: 60 },
      })),
    );
    assert.deepEqual(
      put.flatMap(({ MetricData = [] }) =>
        MetricData.map(({ MetricName, Value, Timestamp }) => [
          MetricName,
          Value,
          Timestamp?.getTime(),
        ]),
      ),
      [
        [names[0], 2, 1000],
        [names[1], 1, 1000],
      ],
    );
  });
});
