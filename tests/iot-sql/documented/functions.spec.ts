import * as assert from "node:assert/strict";
import { FUNCTION_NAMES, type InboundMessage } from "../../../iot-sql";
import { messageOf, ruleOf } from "../evaluation";
import { EXAMPLES } from "./function-examples";

const valueIn = (expression: string, changes: Partial<InboundMessage> = {}): unknown => {
  const message = messageOf({}, { topic: "things/myThings/thingOne", ...changes });
  const outcome = ruleOf(`SELECT ${expression} AS v FROM '#' WHERE true`).evaluate(message);
  return outcome.matched ? (outcome.output as { v?: unknown }).v : outcome;
};

describe("iot-sql functions as page iot-sql-functions shows them", () => {
  for (const [expression, value, choice] of EXAMPLES) {
    const shown = value === undefined ? "Undefined" : JSON.stringify(value);
    it(`${expression} = ${shown}${choice === undefined ? "" : ` (${choice})`}`, () => {
      assert.deepEqual(valueIn(expression), value);
    });
  }

  it("clientid() is n/a, and traceid() Undefined, for what was not sent over MQTT", () => {
    assert.equal(valueIn("clientid()", { clientId: undefined }), "n/a");
    assert.equal(valueIn("traceid()", { traceId: undefined }), undefined);
  });

  it("topic() is without the prefix of Basic Ingest", () => {
    const topic = "$aws/rules/BuildingManager/Buildings/Building5/Floor2/Room201/Lights";
    assert.equal(valueIn("topic()", { topic }), "Buildings/Building5/Floor2/Room201/Lights");
    assert.equal(valueIn("topic(3)", { topic }), "Floor2");
  });

  it("rand() is between 0 and 1, and another each time", () => {
    const drawn = [1, 2, 3].map(() => valueIn("rand()") as number);
    assert.ok(drawn.every((value) => value >= 0 && value < 1));
    assert.equal(new Set(drawn).size, 3);
  });

  it("are all that the page lists", () => {
    const page =
      "abs accountid acos asin atan atan2 aws_lambda bitand bitnot bitor bitxor cast ceil chr clientid concat cos cosh decode encode endswith exp floor get get_dynamodb get_mqtt_property get_or_default get_registry_data get_secret get_thing_shadow get_user_properties indexof isnull isundefined length ln log lower lpad ltrim machinelearning_predict md2 md5 mod nanvl newuuid numbytes parse_time power principal rand regexp_matches regexp_replace regexp_substr remainder replace round rpad rtrim sha1 sha224 sha256 sha384 sha512 sign sin sinh sourceip sql_version sqrt startswith substring tan tanh time_to_epoch timestamp topic traceid transform trim trunc upper";
    assert.deepEqual(FUNCTION_NAMES, page.split(" "));
  });
});
