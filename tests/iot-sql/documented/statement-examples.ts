import type { InboundMessage } from "../../../iot-sql";

/** One example of a page: a statement, a message, and the output that the page shows. */
interface Example {
  page: string;
  sql: string;
  payload: unknown;
  output: unknown;
  message?: Partial<InboundMessage>;
  /** Why the output is not the page's own, where pages contradict each other. */
  choice?: string;
}

const color = { color: "red", temperature: 50 };
const senml = {
  e: [
    { n: "temperature", u: "Cel", t: 1234, v: 22.5 },
    { n: "light", u: "lm", t: 1235, v: 135 },
    { n: "acidity", u: "pH", t: 1235, v: 7 },
  ],
};
const attributes = {
  attributes: { data1: 1, data2: 2 },
  values: [{ a: 3 }, { b: 4 }, { c: 5 }],
};
const device = {
  device1: {
    deviceId: "weather_sensor",
    deviceData: { sensors: { temp_fahrenheit: 75, humidity: 60 }, location: [47.606, -122.332] },
  },
};
const userProperties = [
  { key: "some key", value: "some value" },
  { key: "a different key", value: "a different value" },
  { key: "some key", value: "value with duplicate key" },
];
export const NONE = Symbol("the message does not pass");

export const EXAMPLES: readonly Example[] = [
  {
    page: "iot-sql-reference",
    sql: "SELECT color AS rgb FROM 'topic/subtopic' WHERE temperature > 50",
    payload: { color: "red", temperature: 100 },
    output: { rgb: "red" },
  },
  { page: "iot-sql-select", sql: "SELECT * FROM 'a/b'", payload: color, output: color },
  {
    page: "iot-sql-select",
    sql: "SELECT color FROM 'a/b'",
    payload: color,
    output: { color: "red" },
  },
  {
    page: "iot-sql-select",
    sql: "SELECT color AS my_color FROM 'a/b'",
    payload: color,
    output: { my_color: "red" },
  },
  {
    page: "iot-sql-select",
    sql: "SELECT color as my_color, temperature as fahrenheit FROM 'a/b'",
    payload: color,
    output: { my_color: "red", fahrenheit: 50 },
  },
  {
    page: "iot-sql-select",
    sql: "SELECT *, 15 as speed FROM 'a/b'",
    payload: color,
    output: { ...color, speed: 15 },
  },
  {
    page: "iot-sql-select",
    sql: "SELECT VALUE color FROM 'a/b'",
    payload: color,
    output: "red",
  },
  {
    page: "iot-sql-select",
    sql: "SELECT color.red as red_value FROM 'a/b'",
    payload: { color: { red: 255, green: 0, blue: 0 }, temperature: 50 },
    output: { red_value: 255 },
  },
  {
    page: "iot-sql-select",
    sql: "SELECT (temperature - 32) * 5 / 9 AS celsius, upper(color) as my_color FROM 'a/b'",
    payload: color,
    output: { celsius: 10, my_color: "RED" },
  },
  {
    page: "iot-rule-sql-version",
    sql: "SELECT VALUE arr FROM 'topic'",
    payload: { a: { b: "c" }, arr: [1, 2, 3, 4] },
    output: [1, 2, 3, 4],
  },
  {
    page: "iot-sql-from",
    sql: "SELECT temperature AS t FROM 'a/b'",
    payload: { temperature: 50 },
    output: { t: 50 },
  },
  {
    page: "iot-sql-where",
    sql: "SELECT color AS my_color FROM 'topic/subtopic' WHERE temperature > 50 AND color <> 'red'",
    payload: { color: "red", temperature: 40 },
    output: NONE,
  },
  {
    page: "iot-sql-where",
    sql: "SELECT decode(encode(*, 'base64'), 'base64') AS value FROM 'topic/subtopic' WHERE decode(encode(*, 'base64'), 'base64') > 50",
    payload: Buffer.from("80"),
    output: { value: 80 },
  },
  {
    page: "iot-sql-case",
    sql: "SELECT CASE color WHEN 'green' THEN 'go' WHEN 'yellow' THEN 'caution' WHEN 'red' THEN 'stop' ELSE 'you are not at a stop light' END as instructions FROM 'a/b'",
    payload: { color: "yellow" },
    output: { instructions: "caution" },
  },
  {
    page: "iot-sql-literals",
    sql: "SELECT {'latitude': get(lat_long, 0),'longitude':get(lat_long, 1)} as lat_long FROM 'topic/subtopic'",
    payload: { lat_long: [47.606, -122.332] },
    output: { lat_long: { latitude: 47.606, longitude: -122.332 } },
  },
  {
    page: "iot-sql-literals",
    sql: "SELECT [lat,long] as lat_long FROM 'topic/subtopic'",
    payload: { lat: 47.696, long: -122.332 },
    output: { lat_long: [47.696, -122.332] },
    choice: "the page shows 47.606 for 47.696, a misprint",
  },
  {
    page: "iot-sql-data-types",
    sql: "SELECT NULL AS n FROM 'a/b'",
    payload: {},
    output: { n: null },
  },
  {
    page: "iot-sql-data-types",
    sql: "SELECT foo, bar FROM 'a/b'",
    payload: { foo: null },
    output: { foo: null },
  },
  {
    page: "iot-sql-json",
    sql: "SELECT foo.bar AS bar.baz FROM 'a/b'",
    payload: { foo: { bar: 1 } },
    output: { bar: { baz: 1 } },
  },
  {
    page: "iot-sql-json",
    sql: "SELECT temp, md5(deviceid) AS hashed_id FROM 'topic/#'",
    payload: { deviceid: "iot123", temp: 54.98, humidity: 32.43 },
    output: { temp: 54.98, hashed_id: "e37f81fb397e595c4aeb5645b8cbbbd1" },
    choice: "the page writes the filter without quotes, against iot-sql-from",
  },
  {
    page: "iot-sql-nested-queries",
    sql: "SELECT (SELECT VALUE n FROM e) as sensors FROM 'my/topic'",
    payload: senml,
    output: { sensors: ["temperature", "light", "acidity"] },
  },
  {
    page: "iot-sql-nested-queries",
    sql: "SELECT (SELECT v FROM e WHERE n = 'temperature') as temperature FROM 'my/topic'",
    payload: senml,
    output: { temperature: [{ v: 22.5 }] },
  },
  {
    page: "iot-sql-nested-queries",
    sql: "SELECT get((SELECT v FROM e WHERE n = 'temperature'), 0).v as temperature FROM 'topic'",
    payload: senml,
    output: { temperature: 22.5 },
  },
  {
    page: "iot-sql-functions, transform example 1",
    sql: "select value transform(\"enrichArray\", attributes, values) from 'A/B'",
    payload: attributes,
    output: [
      { a: 3, data1: 1, data2: 2 },
      { b: 4, data1: 1, data2: 2 },
      { c: 5, data1: 1, data2: 2 },
    ],
  },
  {
    page: "iot-sql-functions, transform example 2",
    sql: 'select value transform("enrichArray", {"key": attributes.data1}, values) from \'A/B\'',
    payload: attributes,
    output: [
      { a: 3, key: 1 },
      { b: 4, key: 1 },
      { c: 5, key: 1 },
    ],
  },
  {
    page: "iot-sql-functions, transform example 3",
    sql: "select value transform('enrichArray', (select a, b from data2), (select value c from data2)) from 'A/B'",
    payload: {
      data1: "example",
      data2: {
        a: "first attribute",
        b: "second attribute",
        c: [
          { x: { someInt: 5, someString: "hello" }, y: true },
          { x: { someInt: 10, someString: "world" }, y: false },
        ],
      },
    },
    output: [
      {
        x: { someInt: 5, someString: "hello" },
        y: true,
        a: "first attribute",
        b: "second attribute",
      },
      {
        x: { someInt: 10, someString: "world" },
        y: false,
        a: "first attribute",
        b: "second attribute",
      },
    ],
  },
  {
    page: "iot-sql-functions, decode",
    sql: "SELECT decode(encoded_temp,\"base64\").temperature AS temp from 'topic/subtopic'",
    payload: { encoded_temp: "eyAidGVtcGVyYXR1cmUiOiAzMyB9Cg==" },
    output: { temp: 33 },
  },
  {
    page: "iot-sql-functions, get_user_properties",
    sql: "SELECT get_user_properties('some key') AS p, get_user_properties('a different key') AS q, get_user_properties('non-existent key') AS r FROM 'a'",
    payload: {},
    message: { userProperties },
    output: { p: ["some value", "value with duplicate key"], q: ["a different value"] },
  },
  {
    page: "iot-sql-functions, get_user_properties",
    sql: "SELECT get_user_properties() AS p FROM 'a'",
    payload: {},
    message: { userProperties },
    output: {
      p: [
        { "some key": "some value" },
        { "a different key": "a different value" },
        { "some key": "value with duplicate key" },
      ],
    },
  },
  {
    page: "iot-sql-operators, IN",
    sql: "select * from 'a/b' where 3 in arr",
    payload: { arr: [1, 2, 3, "three", 5.7, null] },
    output: { arr: [1, 2, 3, "three", 5.7, null] },
  },
  {
    page: "iot-sql-operators, EXISTS",
    sql: "select * from 'a/b' where exists (select * from arr as a where a = 3)",
    payload: { arr: [1, 2, 3] },
    output: { arr: [1, 2, 3] },
  },
  {
    page: "iot-sql-operators, EXISTS",
    sql: "select * from 'a/b' where exists (select * from e where foo = 2)",
    payload: { foo: 4, bar: 5, e: [{ foo: 1 }, { foo: 2 }] },
    output: { foo: 4, bar: 5, e: [{ foo: 1 }, { foo: 2 }] },
  },
  {
    page: "iot-sql-set",
    sql: "SET @temp_celsius = (temp_fahrenheit - 32) * 5 / 9 SELECT @temp_celsius AS celsius, humidity FROM 'device/data'",
    payload: { temp_fahrenheit: 75, humidity: 60 },
    output: { celsius: 23, humidity: 60 },
    choice: "the page shows 23.89, but Int / Int is Int (iot-sql-operators, iot-sql-select)",
  },
  {
    page: "iot-sql-set",
    sql: "SET @device_sensor_data = device1.deviceData.sensors SELECT @device_sensor_data.temp_fahrenheit AS temp_fahrenheit, @device_sensor_data.humidity as humidity, device1.deviceId as deviceId FROM 'device/data'",
    payload: device,
    output: { temp_fahrenheit: 75, humidity: 60, deviceId: "weather_sensor" },
  },
  {
    page: "iot-sql-set",
    sql: "SET @user_data = get_user_properties(device_id), @threshold = 50 SELECT @user_data.name, temp_fahrenheit FROM 'sensors/+' WHERE temp_fahrenheit > @threshold AND @user_data.active = true",
    payload: { device_id: "some key", temp_fahrenheit: 75 },
    message: { userProperties },
    output: NONE,
    choice: "get_user_properties gives an array of Strings, which has no member 'active'",
  },
  {
    page: "iot-sql-set",
    sql: "SET @encoded_payload = encode(*, 'base64') SELECT @encoded_payload AS raw_data FROM 'device/binary'",
    payload: Buffer.from([0xff, 0x00]),
    output: { raw_data: "/wA=" },
  },
  {
    page: "binary-payloads",
    sql: "SELECT * FROM 'topic/subtopic' WHERE timestamp() % 12 = 8",
    payload: Buffer.from([0xff, 0x00]),
    output: Buffer.from([0xff, 0x00]),
  },
  {
    page: "binary-payloads",
    sql: "SELECT *, principal() as principal, timestamp() as time FROM 'topic/subtopic'",
    payload: new Uint8Array(),
    output: { principal: "ba67293af50bf2506f5f93469686da66", time: 1_700_000_000_000 },
  },
  {
    page: "binary-payloads",
    sql: "SELECT encode(*, 'base64') AS data, timestamp() AS ts FROM 'topic/subtopic'",
    payload: Buffer.from([0xff]),
    output: { data: "/w==", ts: 1_700_000_000_000 },
  },
  {
    page: "binary-payloads",
    sql: "SELECT * FROM 'topic/subtopic' WHERE device_type = 'thermostat'",
    payload: Buffer.from([0xff]),
    output: NONE,
  },
  {
    page: "binary-payloads",
    sql: "SELECT decode(encode(*, 'base64'), 'base64') AS payload FROM 'topic'",
    payload: Buffer.from("plain text"),
    output: { payload: "plain text" },
  },
  {
    page: "dynamodb-v2-rule-action",
    sql: "SELECT * AS message FROM 'some/topic'",
    payload: { a: 1 },
    output: { message: { a: 1 } },
  },
  {
    page: "validation tool for AWS IoT rules, select-value",
    sql: "SELECT VALUE *.messages FROM 'test/test2'",
    payload: { messages: [{ message: "a" }, { message: "b" }] },
    output: [{ message: "a" }, { message: "b" }],
  },
  {
    page: "validation tool for AWS IoT rules, include-topic-and-transform",
    sql: "SELECT get((SELECT *, topic() as topic FROM *),0) as data FROM 'test/test1'",
    payload: { foo: "bar" },
    message: { topic: "test/test1" },
    output: { data: { foo: "bar", topic: "test/test1" } },
  },
  {
    page: "validation tool for AWS IoT rules, filter-out-from-input",
    sql: "SELECT (SELECT * FROM Pos WHERE L1 <> isNull(SELECT VALUE L1 FROM Pos) ) as required_array FROM 'test/test3'",
    payload: {
      Pos: [
        { L1: 36.9039996, L2: -25.263283700000002, S: 5 },
        { L1: 36.90399959999998, L2: -25.263283700000077, S: 6 },
        { L2: -25.263283700000002, S: 7 },
      ],
    },
    output: {
      required_array: [
        { L1: 36.9039996, L2: -25.263283700000002, S: 5 },
        { L1: 36.90399959999998, L2: -25.263283700000077, S: 6 },
      ],
    },
  },
  {
    page: "validation tool for AWS IoT rules, casting-sensor-payload",
    sql: "SELECT temperature, humidity, cast(light as double) as newLight FROM 'test/test4'",
    payload: Buffer.from('{"temperature":23.07,"humidity":49.9397,"light":5.0}'),
    output: { temperature: 23.07, humidity: 49.9397, newLight: 5 },
  },
  {
    page: "validation tool for AWS IoT rules, payload-enrichment-with-functions",
    sql: "SELECT *, topic(1) as deviceId, topic(2) as actuatorId, topic(3) as cmd FROM '+/+/+/req'",
    payload: { values: [50, 100] },
    message: { topic: "123/ACT_123/slider/req" },
    output: { values: [50, 100], deviceId: "123", actuatorId: "ACT_123", cmd: "slider" },
  },
  {
    page: "validation tool for AWS IoT rules, undefined-function-check",
    sql: "SELECT state.debug AS state.debug, state.command AS state.command, version FROM 'test/test6' WHERE IsUndefined(state.debug) = False OR IsUndefined(state.command) = False",
    payload: { state: { command: "DOOR_OPEN", debug: "FALSE" }, version: "3.1" },
    output: { state: { debug: "FALSE", command: "DOOR_OPEN" }, version: "3.1" },
  },
  {
    page: "toolbox for AWS IoT, recorder",
    sql: "SELECT timestamp () as timestamp, encode({ 'contentType': get_mqtt_property('content_type'), 'payloadFormatIndicator': get_mqtt_property('format_indicator'), 'responseTopic': get_mqtt_property('response_topic'), 'correlationData': get_mqtt_property('correlation_data'), }, 'base64') as mqttProperties, {'message': *} as wrapped FROM 'a'",
    payload: { a: 1 },
    message: {
      mqttProperties: {
        contentType: "text/plain",
        payloadFormatIndicator: "UTF8_DATA",
        responseTopic: "r/t",
        correlationData: Buffer.from("cid"),
      },
    },
    output: {
      timestamp: 1_700_000_000_000,
      mqttProperties: Buffer.from(
        '{"contentType":"text/plain","payloadFormatIndicator":"UTF8_DATA","responseTopic":"r/t","correlationData":"Y2lk"}',
      ).toString("base64"),
      wrapped: { message: { a: 1 } },
    },
  },
];
