import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { ListSubscriptionsByTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import * as assert from "node:assert/strict";
import { CloudWatchClient as Client } from "@aws-sdk/client-cloudwatch";
import {
  alarmPlaces,
  alarmPrefix,
  alarmStates,
  unconfirmed,
} from "../../../operations/verify/account";

const topic = (name: string, region = "eu-central-1"): string =>
  `arn:aws:sns:${region}:123456789012:${name}`;
const outputs = (of: Record<string, Record<string, string>>) => ({
  ...{ devicePolicyName: "policy", topicPrefix: "devices", of },
});

/** A client whose requests are answered here. */
function answering<C extends { send: unknown }>(client: C, answer: (input: never) => unknown): C {
  client.send = async ({ input }: { input: never }) => answer(input);
  return client;
}

describe("the account of a stack", () => {
  it("names alarms after the project and the stack", () => {
    assert.equal(
      alarmPrefix(outputs({ alarms: { topicArn: topic("fleet-dev-alarms-topic") } })),
      "fleet-dev-",
    );
    assert.throws(() => alarmPrefix(outputs({})), {
      message: "The program must export alarms, with topicArn, the ARN of the topic of its alarms.",
    });
  });

  it("has alarms in each Region with a topic for them, under names with its own Region elsewhere", () => {
    const alarms = { topicArn: topic("fleet-dev-alarms-topic") };
    const own = { region: "eu-central-1", prefix: "fleet-dev-" };
    const placesWith = (edgeAlarmsTopicArn: string) =>
      alarmPlaces(outputs({ alarms, "edge-to-iot": { edgeAlarmsTopicArn } }));
    assert.deepEqual(placesWith(topic("fleet-dev-euc1-edge-to-iot-alarms-topic", "us-east-1")), [
      own,
      { region: "us-east-1", prefix: "fleet-dev-euc1-" },
    ]);
    assert.deepEqual(placesWith(topic("of-our-own", "us-east-1")), [
      own,
      { region: "us-east-1", prefix: "fleet-dev-" },
    ]);
    assert.deepEqual(placesWith(alarms.topicArn), [own]);
  });

  it("lists metric alarms and composite alarms of all pages by their state", async () => {
    const pages: Record<string, object> = {
      first: {
        MetricAlarms: [
          { AlarmName: "a", StateValue: "OK" },
          { AlarmName: "b", StateValue: "ALARM" },
        ],
        NextToken: "second",
      },
      second: { CompositeAlarms: [{ AlarmName: "c", StateValue: "INSUFFICIENT_DATA" }] },
    };
    const asked: unknown[] = [];
    const client: CloudWatchClient = answering(
      new Client({ region: "eu-central-1" }),
      (input: { NextToken?: string }) => {
        asked.push(input);
        return pages[input.NextToken ?? "first"];
      },
    );
    const elsewhere: CloudWatchClient = answering(new Client({ region: "us-east-1" }), () => ({
      MetricAlarms: [{ AlarmName: "d", StateValue: "ALARM" }],
    }));
    const clientIn = (region: string) => (region === "us-east-1" ? elsewhere : client);
    const places = [
      { region: "eu-central-1", prefix: "fleet-dev-" },
      { region: "us-east-1", prefix: "fleet-dev-euc1-" },
    ];
    assert.deepEqual(await alarmStates(clientIn, places), {
      OK: ["a"],
      ALARM: ["b", "d"],
      INSUFFICIENT_DATA: ["c"],
    });
    const { AlarmNamePrefix, AlarmTypes } = asked[0] as Record<string, unknown>;
    assert.deepEqual(
      [AlarmNamePrefix, AlarmTypes],
      ["fleet-dev-", ["MetricAlarm", "CompositeAlarm"]],
    );
    assert.equal(asked.length, 2);
  });

  it("lists each unconfirmed subscription of its own topics once, in the Region of each, and no URL of a webhook", async () => {
    const asked: string[] = [];
    const regions: string[] = [];
    const client = answering(
      new SNSClient({ region: "eu-central-1" }),
      ({ TopicArn = "" }: ListSubscriptionsByTopicCommand["input"]) => {
        asked.push(TopicArn);
        const confirmed = {
          SubscriptionArn: `${TopicArn}:1`,
          Protocol: "email",
          Endpoint: "x@y.z",
        };
        const pending = { SubscriptionArn: "PendingConfirmation" };
        return TopicArn.endsWith("alerts")
          ? {
              Subscriptions: [
                confirmed,
                { ...pending, Protocol: "https", Endpoint: "https://example.com/key" },
                { ...pending, Protocol: "email", Endpoint: "night@example.com" },
              ],
            }
          : { Subscriptions: [confirmed] };
      },
    );
    const stack = outputs({
      alarms: { topicArn: topic("fleet-dev-alarms-topic") },
      "iot-to-sns": { alertsTopicArn: topic("fleet-dev-alerts"), sentTable: "sent" },
      "iot-to-step-functions": { alertsTopicArn: topic("fleet-dev-alerts") },
      "edge-to-iot": {
        edgeAlarmsTopicArn: topic("fleet-dev-euc1-edge-to-iot-alarms-topic", "us-east-1"),
      },
      "edge-of-our-own": { edgeAlarmsTopicArn: topic("of-our-own", "us-east-1") },
    });
    const clientIn = (region: string) => {
      regions.push(region);
      return client;
    };
    assert.deepEqual(await unconfirmed(clientIn, stack), [
      "fleet-dev-alerts: https",
      "fleet-dev-alerts: night@example.com",
    ]);
    assert.deepEqual(asked, [
      topic("fleet-dev-alarms-topic"),
      topic("fleet-dev-alerts"),
      topic("fleet-dev-euc1-edge-to-iot-alarms-topic", "us-east-1"),
    ]);
    assert.deepEqual(regions, ["eu-central-1", "eu-central-1", "us-east-1"]);
  });
});
