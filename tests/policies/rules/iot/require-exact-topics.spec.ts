import * as assert from "node:assert/strict";
import { requireExactTopics as rule } from "../../../../policies/rules/iot/require-exact-topics";
import { said } from "../../../support/policy";
import { document } from "../../given";

const self = "${iot:Connection.Thing.ThingName}";
const at = (topic: string): string => `arn:aws:iot:eu-central-1:123456789012:topic/${topic}`;
const policy = (Resource: string | string[], Action: string | string[] = "iot:Publish") => ({
  type: "aws:iot/policy:Policy",
  inputs: { policy: document({ Sid: "Publish", Effect: "Allow", Action, Resource }) },
});
const byBasicIngest = (one: string): string =>
  `it: Statement Publish in policy allows devices to publish to ${one}, by Basic Ingest: the device chooses the rule and every level of the topic that the rule reads.`;
const blurred = (one: string): string =>
  `it: Statement Publish in policy allows devices to publish to ${one}: a wildcard before or beside the own name allows the names of other devices.`;

describe(rule.name, () => {
  for (const topic of [
    `devices/${self}/telemetry`,
    `${self}/telemetry`,
    `a/${self}`,
    `a/${self}/*`,
  ])
    it(`accepts ${topic}`, async () => {
      assert.deepEqual(await said(rule, policy(at(topic))), []);
    });

  for (const topic of [
    `$aws/rules/any/devices/${self}/telemetry`,
    "$aws/rules/*",
    "$aws/*",
    "$aws/rules?any",
    "*",
  ])
    it(`rejects ${topic}, which reaches rules by Basic Ingest`, async () => {
      assert.deepEqual(await said(rule, policy(at(topic))), [byBasicIngest(at(topic))]);
    });

  it("rejects any resource", async () => {
    assert.deepEqual(await said(rule, policy("*")), [byBasicIngest("*")]);
  });

  for (const topic of [
    `devices/${self}*/telemetry`,
    `devices/${self}@*/telemetry`,
    `devices/x*${self}/telemetry`,
    `devices/?/${self}`,
    `devices/${self}-?`,
  ])
    it(`rejects ${topic}, where other names fit`, async () => {
      assert.deepEqual(await said(rule, policy(at(topic))), [blurred(at(topic))]);
    });

  it("rejects actions by a pattern, and leaves other actions, resources and reserved topics to other rules", async () => {
    const ingest = at("$aws/rules/*");
    for (const action of ["iot:*", "iot:Pub*", "*", "IOT:publish"])
      assert.deepEqual(await said(rule, policy(ingest, action)), [byBasicIngest(ingest)], action);
    assert.deepEqual(await said(rule, policy(ingest, ["iot:Receive", "iot:Connect"])), []);
    const shadow = at(`$aws/things/${self}/shadow/update`);
    const filter = "arn:aws:iot:eu-central-1:123456789012:topicfilter/$aws/rules/*";
    assert.deepEqual(await said(rule, policy([shadow, filter])), []);
  });

  it("accepts a denial", async () => {
    const denied = document({
      ...{ Sid: "No", Effect: "Deny", Action: "iot:Publish", Resource: at("$aws/rules/*") },
    });
    const inputs = { policy: denied };
    assert.deepEqual(await said(rule, { type: "aws:iot/policy:Policy", inputs }), []);
  });
});
