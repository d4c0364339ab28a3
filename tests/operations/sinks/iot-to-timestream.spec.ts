import * as assert from "node:assert/strict";
import { sink } from "../../../operations/sinks/iot-to-timestream";

const unseenOf = (own: Record<string, string>): string | undefined =>
  sink.unseen?.({
    ...{ devicePolicyName: "policy", topicPrefix: "devices" },
    of: { "iot-to-timestream": own },
  });

describe("the sink of iot-to-timestream", () => {
  const database = { database: "iot", table: "telemetry" };
  for (const [what, own, sentence] of [
    [
      "a database of the stack",
      { ...database, engine: "v3-core" },
      "valid readings in the database iot, which only its private network reaches; the points of this device stay there",
    ],
    [
      "LiveAnalytics",
      { ...database, engine: "liveAnalytics" },
      "valid readings in table telemetry of LiveAnalytics database iot: query it in the console of Timestream; the points of this device stay there",
    ],
    [
      "a database with a public endpoint",
      { ...database, engine: "v3-core", writer: "native" },
      "valid readings in table telemetry of database iot, whose endpoint is not of this stack: query it with a token of its own; the points of this device stay there",
    ],
  ] as const)
    it(`says what verify does not look up in ${what}`, () => assert.equal(unseenOf(own), sentence));
});
