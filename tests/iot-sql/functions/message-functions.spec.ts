import * as assert from "node:assert/strict";
import type { InboundMessage } from "../../../iot-sql";
import { match, messageOf, NOW, ruleOf, table } from "../evaluation";

function valueIn(expression: string, changes: Partial<InboundMessage>): unknown {
  const rule = ruleOf(`SELECT ${expression} AS v FROM 'a'`);
  const outcome = rule.evaluate(messageOf({}, changes));
  return outcome.matched ? (outcome.output as { v?: unknown }).v : outcome;
}

describe("iot-sql message functions", () => {
  table([
    ["topic()", "devices/d1/telemetry"],
    ["topic(1)", "devices"],
    ["topic(2)", "d1"],
    ["topic('3')", "telemetry"],
    ["topic(2.9)", "d1"],
    ["topic(0)", undefined],
    ["topic(4)", undefined],
    ["topic(-1)", undefined],
    ["topic(1e300)", undefined],
    ["topic('x')", undefined],
    ["topic(missing)", undefined],
    ["timestamp()", NOW],
    ["clientid()", "client-1"],
    ["principal()", "ba67293af50bf2506f5f93469686da66"],
    ["accountid()", "123456789012"],
    ["sourceip()", "192.0.2.7"],
    ["traceid()", "6f1b2c3d-0000-4000-8000-000000000000"],
  ]);

  it("reads timestamp as an attribute and timestamp() as the clock", () => {
    const rule = ruleOf("SELECT timestamp, timestamp() AS receivedAt FROM 'a'");
    const expected = match({ timestamp: 5, receivedAt: NOW });
    assert.deepEqual(rule.evaluate(messageOf({ timestamp: 5 })), expected);
  });

  it("leaves a space between a function's name and its parenthesis", () => {
    assert.equal(valueIn("topic (1)", {}), "devices");
  });

  it("hides the prefix of Basic Ingest from topic()", () => {
    const topic = "$aws/rules/BuildingManager/Buildings/Building5/Floor2/Room201/Lights";
    assert.equal(valueIn("topic()", { topic }), "Buildings/Building5/Floor2/Room201/Lights");
    assert.equal(valueIn("topic(1)", { topic }), "Buildings");
    assert.equal(valueIn("topic(3)", { topic }), "Floor2");
    assert.equal(valueIn("topic()", { topic: "$aws/rules/BuildingManager" }), "");
    assert.equal(valueIn("topic(1)", { topic: "$aws/things/t/shadow/update" }), "$aws");
  });

  it("has no traceid() for a message that was not sent over MQTT", () => {
    assert.equal(valueIn("traceid()", { traceId: undefined }), undefined);
  });

  it("makes a new UUID at each call", () => {
    const form = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    assert.match(String(valueIn("newuuid()", {})), form);
    assert.equal(valueIn("newuuid() = newuuid()", {}), false);
  });

  describe("of MQTT 5", () => {
    it("get_mqtt_property reads four headers, and has a format for every message of MQTT 5", () => {
      const names = ["content_type", "format_indicator", "response_topic", "correlation_data"];
      const all = (changes: Partial<InboundMessage>): unknown[] =>
        names.map((name) => valueIn(`get_mqtt_property('${name}')`, changes));
      assert.deepEqual(all({}), [undefined, undefined, undefined, undefined]);
      assert.deepEqual(all({ mqttProperties: {} }), [
        undefined,
        "UNSPECIFIED_BYTES",
        undefined,
        undefined,
      ]);
      const mqttProperties = {
        contentType: "text/plain",
        payloadFormatIndicator: "UTF8_DATA",
        responseTopic: "r",
        correlationData: new Uint8Array([1, 2]),
      } as const;
      assert.deepEqual(all({ mqttProperties }), ["text/plain", "UTF8_DATA", "r", "AQI="]);
    });

    it("get_user_properties is Undefined without any", () => {
      assert.equal(valueIn("get_user_properties()", {}), undefined);
      assert.equal(valueIn("get_user_properties('a')", {}), undefined);
      assert.deepEqual(valueIn("get_user_properties()", { userProperties: [] }), []);
      const userProperties = [{ key: "__proto__", value: "v" }];
      const all = valueIn("get_user_properties()", { userProperties });
      assert.equal(JSON.stringify(all), '[{"__proto__":"v"}]');
    });
  });

  it("take this machine's clock where the message has none", () => {
    const before = Date.now();
    const now = valueIn("timestamp()", { timestamp: undefined }) as number;
    assert.ok(now >= before && now <= Date.now());
  });
});
