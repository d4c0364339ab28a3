import * as assert from "node:assert/strict";
import { readConfig, type StackConfig } from "../../components/config";
import { deploy } from "../support/deploy";

const read = async (config: Record<string, unknown>) => {
  const values = Object.fromEntries(
    Object.entries({ integrations: ["iot-to-sqs"], alarmEmails: [], ...config })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [
        `iot-integrations:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
  );
  return (await deploy(() => ({ config: readConfig() }), { config: values })).outputs.config;
};

const tokens = {
  apiTokenIssuer: "https://login.example.com",
  apiTokenAudience: ["fleet-console"],
};

describe("readConfig", () => {
  it("fills in what may be left out", async () => {
    assert.deepEqual(await read({}), {
      integrations: ["iot-to-sqs"],
      topicPrefix: "devices",
      alarmEmails: [],
      alertEmails: [],
      alertPhoneNumbers: [],
      alertEndpoints: [],
      historyDays: 30,
      maxReceiveCount: 5,
      archiveDays: 7,
      apiTokens: undefined,
      apiCorsOrigins: [],
      apiRequestsPerSecond: 50,
      cursorKey: undefined,
      anomalyEmails: [],
      limits: {},
      workflowType: "STANDARD",
      logRetentionDays: 30,
      deletionProtection: true,
      iotLogging: false,
    });
  });

  const refused: [string, Record<string, unknown>, string][] = [
    [
      "an unknown integration",
      { integrations: ["iot-to-sqs", "iot-to-mars"] },
      'integrations[1] is "iot-to-mars"; it must be one of iot-to-dynamodb, iot-to-sns, iot-to-sqs, iot-to-eventbridge, api-to-devices, iot-to-step-functions',
    ],
    [
      "an integration named twice",
      { integrations: ["iot-to-sqs", "iot-to-sqs"] },
      'integrations[1] repeats "iot-to-sqs"; it must be each item once',
    ],
    [
      "a list that is none",
      { integrations: "iot-to-sqs" },
      'integrations is "iot-to-sqs"; it must be a list, each item one of iot-to-dynamodb, iot-to-sns, iot-to-sqs, iot-to-eventbridge, api-to-devices, iot-to-step-functions',
    ],
    [
      "an object for a list",
      { integrations: { sqs: true } },
      'integrations is {"sqs":true}; it must be a list, each item one of iot-to-dynamodb, iot-to-sns, iot-to-sqs, iot-to-eventbridge, api-to-devices, iot-to-step-functions',
    ],
    [
      "a missing required list",
      { alarmEmails: undefined },
      "alarmEmails is missing; it must be a list, each item an email address; [] for none",
    ],
    [
      "a bad email address",
      { alarmEmails: ["operations@"] },
      'alarmEmails[0] is "operations@"; it must be an email address',
    ],
    [
      "a number for an email address",
      { alertEmails: [7] },
      "alertEmails[0] is 7; it must be an email address",
    ],
    [
      "a phone number without its country",
      { alertPhoneNumbers: ["0151 2345678"] },
      'alertPhoneNumbers[0] is "0151 2345678"; it must be a phone number in E.164, such as +4915112345678',
    ],
    [
      "an endpoint in plain text",
      { alertEndpoints: ["http://example.com"] },
      'alertEndpoints[0] is "http://example.com"; it must be an https URL',
    ],
    [
      "an endpoint that is no URL",
      { alertEndpoints: ["tickets"] },
      'alertEndpoints[0] is "tickets"; it must be an https URL',
    ],
    [
      "a wildcard in the topic prefix",
      { topicPrefix: "devices/+" },
      "topicPrefix is \"devices/+\"; it must be one to five levels of letters, digits, '_' and '-', joined by '/', 64 characters in all",
    ],
    [
      "a topic prefix that ends in a slash",
      { topicPrefix: "devices/" },
      "topicPrefix is \"devices/\"; it must be one to five levels of letters, digits, '_' and '-', joined by '/', 64 characters in all",
    ],
    [
      "a quote in the topic prefix",
      { topicPrefix: "d' OR '1" },
      "topicPrefix is \"d' OR '1\"; it must be one to five levels of letters, digits, '_' and '-', joined by '/', 64 characters in all",
    ],
    [
      "a fraction of a day",
      { historyDays: 1.5 },
      "historyDays is 1.5; it must be a whole number, 1 to 3650",
    ],
    [
      "a word for a number",
      { historyDays: "many" },
      'historyDays is "many"; it must be a whole number, 1 to 3650',
    ],
    [
      "too few deliveries",
      { maxReceiveCount: 1 },
      "maxReceiveCount is 1; it must be a whole number, 3 to 1000",
    ],
    ["a word for a switch", { iotLogging: "yes" }, 'iotLogging is "yes"; it must be true or false'],
    [
      "an API without the tables it reads",
      { integrations: ["api-to-devices"] },
      "integrations has api-to-devices without iot-to-dynamodb, whose tables it reads; it must be a list with both, or neither",
    ],
    [
      "an API without a key for its cursors",
      { integrations: ["iot-to-dynamodb", "api-to-devices"] },
      "cursorKey is missing; it must be a random text of 32 characters or more, by `pulumi config set --secret cursorKey`, since api-to-devices signs its cursors with it",
    ],
    [
      "a short key for cursors",
      { integrations: ["iot-to-dynamodb", "api-to-devices"], cursorKey: "short" },
      "cursorKey is too short; it must be a random text of 32 characters or more, by `pulumi config set --secret cursorKey`, since api-to-devices signs its cursors with it",
    ],
    [
      "an issuer of tokens without TLS",
      { apiTokenIssuer: "http://login.example.com" },
      'apiTokenIssuer is "http://login.example.com"; it must be an https URL',
    ],
    [
      "an issuer of tokens for nobody",
      { apiTokenIssuer: "https://login.example.com" },
      "apiTokenAudience is empty; it must be the client ids that tokens may be for",
    ],
    [
      "a scope that no token can have",
      { ...tokens, apiTokenScopes: ["read devices"] },
      'apiTokenScopes[0] is "read devices"; it must be a scope',
    ],
    [
      "scopes without an issuer of tokens",
      { apiTokenScopes: ["devices/read"] },
      "apiTokenIssuer is missing; it must be an https URL, since apiTokenScopes asks for tokens",
    ],
    [
      "a path for an origin",
      { apiCorsOrigins: ["https://console.example.com/start"] },
      'apiCorsOrigins[0] is "https://console.example.com/start"; it must be an https origin',
    ],
    [
      "a kind of workflow that there is not",
      { workflowType: "FAST" },
      'workflowType is "FAST"; it must be one of STANDARD, EXPRESS',
    ],
    [
      "an archive for ever",
      { archiveDays: 0 },
      "archiveDays is 0; it must be a whole number, 1 to 365",
    ],
    ["limits that are none", { limits: 80 }, "limits is 80; it must be a map of fields to numbers"],
    [
      "a limit of a field that has none",
      { limits: { humidity: 5 } },
      "limits names humidity; it must be a map of fields that have a limit in reading/fields.ts (temperature) to numbers",
    ],
    [
      "a limit beyond the field's bounds",
      { limits: { temperature: 201 } },
      "limits gives temperature the limit 201; it must be a number from -100 to 200",
    ],
    [
      "a very long value, shortened",
      { alarmEmails: ["x".repeat(100)] },
      `alarmEmails[0] is "${"x".repeat(60)}...; it must be an email address`,
    ],
  ];
  for (const [what, config, sentence] of refused)
    it(`refuses ${what} in one sentence`, () =>
      assert.rejects(read(config), {
        message: `Configuration iot-integrations:${sentence}. Set it in Pulumi.test.yaml.`,
      }));

  it("refuses a retention that CloudWatch Logs does not know", () =>
    assert.rejects(read({ logRetentionDays: 8 }), /logRetentionDays is 8; .* one of 1, 3, 5, 7/));

  it("lets callers of the API in by tokens of an issuer, if one is named", async () => {
    for (const scopes of [[], ["devices/read"]]) {
      const { apiTokens } = (await read({ ...tokens, apiTokenScopes: scopes })) as StackConfig;
      assert.deepEqual(apiTokens, {
        issuer: "https://login.example.com",
        audience: ["fleet-console"],
        scopes,
      });
    }
  });

  it("takes limits that replace those of the definition", async () => {
    const { limits } = (await read({ limits: { temperature: 85.5 } })) as StackConfig;
    assert.deepEqual(limits, { temperature: 85.5 });
  });

  it("takes a topic prefix of several levels", async () => {
    const config = (await read({ topicPrefix: "plant-1/line_2" })) as { topicPrefix: string };
    assert.equal(config.topicPrefix, "plant-1/line_2");
  });
});
