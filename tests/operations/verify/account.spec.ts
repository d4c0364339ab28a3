import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { ListSubscriptionsByTopicCommand, SNSClient } from "@aws-sdk/client-sns";
import * as assert from "node:assert/strict";
import { CloudWatchClient as Client } from "@aws-sdk/client-cloudwatch";
import { alarmPrefix, alarmStates, unconfirmed } from "../../../operations/verify/account";

const topic = (name: string): string => `arn:aws:sns:eu-central-1:123456789012:${name}`;
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
    assert.deepEqual(await alarmStates(client, "fleet-dev-"), {
      OK: ["a"],
      ALARM: ["b"],
      INSUFFICIENT_DATA: ["c"],
    });
    const { AlarmNamePrefix, AlarmTypes } = asked[0] as Record<string, unknown>;
    assert.deepEqual(
      [AlarmNamePrefix, AlarmTypes],
      ["fleet-dev-", ["MetricAlarm", "CompositeAlarm"]],
    );
    assert.equal(asked.length, 2);
  });

  it("lists each unconfirmed subscription once, and no URL of a webhook", async () => {
    const asked: string[] = [];
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
      alarms: { topicArn: topic("alarms") },
      "iot-to-sns": { alertsTopicArn: topic("alerts"), sentTable: "sent" },
      "iot-to-step-functions": { alertsTopicArn: topic("alerts") },
    });
    assert.deepEqual(await unconfirmed(client, stack), [
      "alerts: https",
      "alerts: night@example.com",
    ]);
    assert.deepEqual(asked, [topic("alarms"), topic("alerts")]);
  });
});
