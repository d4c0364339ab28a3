import * as assert from "node:assert/strict";
import { requireDescription as rule } from "../../../../policies/rules/aws/require-description";
import { said, unknown } from "../../../support/policy";

const inputs: Record<string, string> = {
  "aws:cloudwatch/eventRule:EventRule": "description",
  "aws:cloudwatch/metricAlarm:MetricAlarm": "alarmDescription",
  "aws:iot/topicRule:TopicRule": "description",
  "aws:kms/key:Key": "description",
  "aws:lambda/function:Function": "description",
  "aws:pipes/pipe:Pipe": "description",
  "aws:scheduler/schedule:Schedule": "description",
  "aws:secretsmanager/secret:Secret": "description",
};

describe(rule.name, () => {
  for (const [type, input] of Object.entries(inputs)) {
    it(`accepts ${type} with a sentence, known or not yet`, async () => {
      for (const text of ["Sends orders to the shop.", "Ten or more", "Keeps ords", unknown])
        assert.deepEqual(await said(rule, { type, inputs: { [input]: text } }), []);
    });

    it(`rejects ${type} without one`, async () => {
      for (const text of ["", "orders", "          ", "Keeps all "])
        assert.deepEqual(await said(rule, { type, inputs: { [input]: text } }), [
          `it: Has no description of 10 characters or more: set ${input}.`,
        ]);
      assert.equal((await said(rule, { type, inputs: {} })).length, 1);
    });
  }
});
