import * as assert from "node:assert/strict";
import { sinksOf, type Evidence, type Outputs } from "../../../local/account/sinks";

const outputs = (changes: Partial<Outputs>): Outputs => ({
  devicePolicyName: "device",
  topicPrefix: "devices",
  failures: {},
  quarantine: {},
  tables: {},
  topics: {},
  queues: {},
  ...changes,
});

const sink = (stem: string) => {
  const [[, found] = []] = sinksOf(outputs({ quarantine: { [stem]: "url" } }));
  return found ?? assert.fail(stem);
};

const entry = (status: unknown) => ({ hash: "h", kind: "k", publishes: 1, fields: { status } });

describe("the sinks", () => {
  it("are those of the integrations that are deployed", () => {
    const quarantine = { "iot-to-sqs": "url", "iot-to-sns": undefined };
    assert.deepEqual(
      sinksOf(outputs({ quarantine })).map(([stem]) => stem),
      ["iot-to-sqs"],
    );
  });

  it("are refused when nobody can look into one", () => {
    assert.throws(() => sinksOf(outputs({ quarantine: { "iot-to-nowhere": "url" } })), {
      message: "The account does not know iot-to-nowhere: add its sink in local/account/sinks.",
    });
  });

  it("take every message, but for alerts, which take what says that it is critical", () => {
    for (const stem of ["iot-to-dynamodb", "iot-to-sqs"])
      assert.equal(sink(stem).takes(entry(undefined)), true);
    const alerts = sink("iot-to-sns");
    assert.deepEqual(
      ["critical", "ok", undefined].map((status) => alerts.takes(entry(status))),
      [true, false, false],
    );
  });

  it("of iot-to-sqs has what was acknowledged to its device", async () => {
    const acks = () => [{ deviceId: "a", payload: Buffer.from('{"timestamp":5}') }];
    assert.deepEqual(
      await sink("iot-to-sqs").stored({ acks } as unknown as Evidence),
      new Set(["a#5"]),
    );
  });

  it("of iot-to-sns has what every subscriber of the alerts was told", async () => {
    const subscription = (topic: string, endpoint: string) => ({
      type: "aws:sns/topicSubscription:TopicSubscription",
      plain: { topic, endpoint },
    });
    const told: Record<string, number[]> = { mail: [1, 2], phone: [2, 3], elsewhere: [] };
    const evidence = {
      platform: {
        inbox: {
          received: (endpoint: string) =>
            told[endpoint]?.map((timestamp) => ({
              attributes: { deviceId: "a", timestamp: String(timestamp) },
            })),
        },
      },
      deployment: {
        resources: [
          subscription("alerts", "mail"),
          subscription("alerts", "phone"),
          subscription("alarms", "elsewhere"),
        ],
      },
      outputs: outputs({ topics: { alerts: "alerts" } }),
    } as unknown as Evidence;
    assert.deepEqual(await sink("iot-to-sns").stored(evidence), new Set(["a#2"]));
  });
});
