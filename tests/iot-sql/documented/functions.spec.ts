import * as assert from "node:assert/strict";
import { FUNCTION_NAMES, type InboundMessage } from "../../../iot-sql";
import { messageOf, ruleOf } from "../evaluation";

// Every example of page iot-sql-functions that is a value, in the page's order; a third column says
// why the value is not the page's own, where the page contradicts itself.
const EXAMPLES: readonly (readonly [expression: string, value: unknown, choice?: string])[] = [
  ["abs(-5)", 5],
  ["abs('-5.123')", 5.123],
  ["accountid()", "123456789012"],
  ["acos(0)", 1.5707963267948966],
  ["asin(0)", 0],
  ["atan(0)", 0],
  ["atan2(1, 0)", 1.5707963267948966],
  ["bitand(13, 5)", 5],
  ["bitor(8, 5)", 13],
  ["bitxor(13, 5)", 8],
  ["bitnot(13)", -14, "the page shows 2, NOT of four bits; an Int is signed and has more"],
  ["cast(true as Int)", 1],
  ["ceil(1.2)", 2],
  ["ceil(-1.2)", -1],
  ["chr(65)", "A"],
  ["chr(49)", "1"],
  ["concat()", undefined],
  ["concat(1)", 1, 'the page shows "1"; its table says "unmodified"'],
  ["concat([1, 2, 3], 4)", [1, 2, 3, 4]],
  ["concat([1, 2, 3], 'hello')", [1, 2, 3, "hello"]],
  ["concat('con', 'cat')", "concat"],
  ["concat(1, 'hello')", "1hello"],
  ["concat('he','is','man')", "heisman"],
  ["concat([1, 2, 3], 'hello', [4, 5, 6])", [1, 2, 3, "hello", 4, 5, 6]],
  ["cos(0)", 1],
  ["cosh(2.3)", 5.037220649268761],
  ["endswith('cat','at')", true],
  ["exp(1)", Math.E],
  ["floor(1.2)", 1],
  ["floor(-1.2)", -2],
  ["get(['a', 'b', 'c'], 1)", "b"],
  ["get({'a':'b'}, 'a')", "b"],
  ["get('abc', 1)", "b", 'the page shows "a"; its table says 0-based'],
  ["md2('hello')", "a9046c73e00331af68917d3804f70655"],
  ["md5('hello')", "5d41402abc4b2a76b9719d911017c592"],
  ["indexof('abcd', 'bc')", 1],
  ["isNull(5)", false],
  ["isNull(Null)", true],
  ["isUndefined(5)", false],
  ["isUndefined(floor([1,2,3]))", true],
  ["length('hi')", 2],
  ["length(false)", 5],
  ["ln(2.718281828459045)", 1],
  ["log(100)", 2],
  ["lower('HELLO')", "hello"],
  ["lower(['HELLO'])", '["hello"]'],
  ["lpad('hello', 2)", "  hello"],
  ["lpad(1, 3)", "   1"],
  ["Ltrim(' h i ')", "h i ", 'the page shows "hi ", without the space inside'],
  ["mod(8, 3)", 2],
  ["Nanvl(8, 3)", 8],
  ["numbytes('hi')", 2],
  ["numbytes('€')", 3],
  [
    "parse_time(\"yyyy.MM.dd G 'at' HH:mm:ss z\", 100000000, 'America/Belize')",
    "1970.01.01 AD at 21:46:40 CST",
  ],
  ["parse_time(\"yyyy.MM.dd G 'at' HH:mm:ss z\", 1497028786000)", "2017.06.09 AD at 17:19:46 UTC"],
  ["parse_time('yyyy', timestamp(), 'UTC')", "2023"],
  ["power(2, 5)", 32],
  ["regexp_matches('aaaa', 'a{2,}')", true],
  ["regexp_matches('aaaa', 'b')", false],
  ["regexp_replace('abcd', 'bc', 'x')", "axd"],
  ["regexp_replace('abcd', 'b(.*)d', '$1')", "ac"],
  ["regexp_substr('hihihello', 'hi')", "hi"],
  ["regexp_substr('hihihello', '(hi)*')", "hihi"],
  ["remainder(8, 3)", 2],
  ["replace('abcd', 'bc', 'x')", "axd"],
  ["replace('abcdabcd', 'b', 'x')", "axcdaxcd"],
  ["rpad('hello', 2)", "hello  "],
  ["rpad(1, 3)", "1   "],
  ["Round(1.2)", 1],
  ["Round(1.5)", 2],
  ["Round(1.7)", 2],
  ["Round(-1.1)", -1],
  ["Round(-1.5)", -2],
  ["rtrim(' h i ')", " h i"],
  ["sign(-7)", -1],
  ["sign(0)", 0],
  ["sign(13)", 1],
  ["sin(0)", 0],
  ["sinh(2.3)", 4.936961805545957],
  ["substring('012345', 0)", "012345"],
  ["substring('012345', 2)", "2345"],
  ["substring('012345', 2.745)", "2345"],
  ["substring(123, 2)", "3"],
  ["substring('012345', -1)", "012345"],
  ["substring(true, 1.2)", "rue"],
  ["substring(false, -2.411E247)", "false"],
  ["substring('012345', 1, 3)", "12"],
  ["substring('012345', -50, 50)", "012345"],
  ["substring('012345', 3, 1)", ""],
  ["sql_version()", "2016-03-23"],
  ["sqrt(9)", 3],
  ["startswith('ranger','ran')", true],
  ["tan(3)", -0.1425465430742778],
  ["tanh(2.3)", 0.9800963962661914],
  ["time_to_epoch('2020-04-03 09:45:18 UTC+01:00', 'yyyy-MM-dd HH:mm:ss VV')", 1585903518000],
  ["time_to_epoch('18 December 2015', 'dd MMMM yyyy')", 1450396800000],
  [
    "time_to_epoch('2007-12-03 10:15:30.592 America/Los_Angeles', 'yyyy-MM-dd HH:mm:ss.SSS z')",
    1196705730592,
  ],
  ["timestamp()", 1_700_000_000_000],
  ["topic()", "things/myThings/thingOne"],
  ["topic(1)", "things"],
  ["Trim(' hi ')", "hi"],
  ["trunc(2.3, 0)", 2],
  ["trunc(2.3123, 2)", 2.31],
  ["trunc(2.888, 2)", 2.88],
  ["trunc(2.00, 5)", 2],
  ["upper('hello')", "HELLO"],
  ["upper(['hello'])", '["HELLO"]'],
];

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

export { EXAMPLES };
