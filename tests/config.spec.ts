import * as pulumi from "@pulumi/pulumi";
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import * as yaml from "yaml";
import { stems, type Stem } from "../components/catalogue";
import { projectSettings, readConfig, type StackConfig } from "../config";
import { deploy } from "./support/deploy";

/** Reads a configuration; a key without a namespace is in the project's, and one whose value is undefined is left out. */
const read = async (config: Record<string, unknown>): Promise<StackConfig> => {
  const values = Object.fromEntries(
    Object.entries({ integrations: ["iot-to-sqs"], alarmEmails: [], ...config })
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [
        key.includes(":") ? key : `iot-integrations:${key}`,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
  );
  const { outputs } = await deploy(() => ({ config: readConfig() }), { config: values });
  return outputs.config as StackConfig;
};

const originSecret = "for-the-tests-and-long-enough-at-that";
const cursorKey = "for the tests, and long enough at that";

/** Every integration, with the settings that it cannot do without. */
const all = {
  integrations: stems,
  "edge-to-iot:originSecret": originSecret,
  "api-to-devices:cursorKey": cursorKey,
  "iot-to-splunk:hecEndpoint": "https://splunk.example.com:8088",
  "iot-to-datadog:site": "datadoghq.eu",
};

const fleet = "arn:aws:quicksight:eu-central-1:123456789012:group/default/fleet";

const tokens = {
  "api-to-devices:tokenIssuer": "https://login.example.com",
  "api-to-devices:tokenAudience": ["fleet-console"],
};

describe("readConfig", () => {
  it("refuses a region that AWS does not have, with the nearest one", async () => {
    for (const [region, wanted] of [
      ["eu-centrall-1", "eu-central-1"],
      ["us-east1", "us-east-1"],
      ["atlantis", "a Region such as eu-central-1"],
    ])
      await assert.rejects(read({ "aws:region": region }), {
        message: `Configuration aws:region is "${region}", which is not a Region of AWS; it must be ${wanted}. Set it in Pulumi.test.yaml.`,
      });
    for (const region of ["us-gov-west-1", "cn-north-1", "eu-west-1"])
      await read({ "aws:region": region });
  });

  it("refuses a stack without a region, whatever the environment says", async () => {
    const message =
      "Configuration aws:region is missing; it must be a Region such as eu-central-1. Set it in Pulumi.test.yaml.";
    process.env["AWS_REGION"] = "us-east-1";
    try {
      await assert.rejects(
        deploy(() => {
          const { "aws:region": _, ...others } = pulumi.runtime.allConfig();
          pulumi.runtime.setAllConfig(others);
          return { config: readConfig() };
        }),
        { message },
      );
    } finally {
      delete process.env["AWS_REGION"];
    }
  });

  it("refuses a setting without a value, of each kind and of integrations that the stack lacks", async () => {
    for (const key of [
      "aws:region",
      "iot-integrations:topicPrefix",
      "iot-integrations:alarmEmails",
      "iot-integrations:iotLogging",
      "iot-to-sqs:maxReceiveCount",
      "iot-to-sns:emails",
      "api-to-devices:cursorKey",
    ])
      await assert.rejects(read({ [key]: "" }), {
        message: `Configuration ${key} has no value; give it one, or remove it from Pulumi.test.yaml.`,
      });
  });

  it("refuses a stack without an integration", () =>
    assert.rejects(read({ integrations: [] }), {
      message: `Configuration iot-integrations:integrations is empty; it must be a list with at least one item, one of ${stems.join(", ")}. Set it in Pulumi.test.yaml.`,
    }));

  it("warns of the settings of integrations that the stack lacks", async () => {
    const { warn } = console;
    const warnings: string[] = [];
    console.warn = (line: string) => warnings.push(line);
    try {
      await read({
        "iot-to-sns:emails": [],
        "iot-to-sns:quietMinutes": 5,
        "iot-to-analytics:latenessSeconds": 60,
        "iot-to-sqs:maxReceiveCount": 3,
        topicPrefix: "a",
      });
    } finally {
      console.warn = warn;
    }
    assert.deepEqual(warnings, [
      "warning: [runtime] Settings of iot-to-sns, iot-to-analytics have no effect: iot-integrations:integrations in Pulumi.test.yaml does not list these integrations.",
    ]);
  });

  it("fills in what may be left out", async () => {
    const { settings, ...project } = await read(all);
    assert.deepEqual(project, {
      integrations: [...stems],
      topicPrefix: "devices",
      alarmEmails: [],
      quarantineThreshold: 0,
      logRetentionDays: 30,
      deletionProtection: true,
      iotLogging: false,
    });
    assert.deepEqual(Object.keys(settings), stems);
    const expected = {
      "iot-to-dynamodb": { historyDays: 30, enhancedFanOut: false },
      "iot-to-sns": {
        emails: [],
        phoneNumbers: [],
        endpoints: [],
        deviceBudget: 4,
        totalBudget: 100,
        quietMinutes: 15,
        repeatMinutes: 240,
      },
      "iot-to-sqs": { maxReceiveCount: 5 },
      "iot-to-eventbridge": { archiveDays: 7 },
      "iot-to-analytics": {
        ...{ engine: "lambda", flinkRuntime: "FLINK-1_20", flinkPackage: undefined },
        ...{ field: undefined, above: undefined, alarmAbove: undefined },
        ...{ latenessSeconds: 300, keepDays: 30, enhancedFanOut: false },
      },
      "iot-to-quicksight": {
        keepDays: 365,
        bufferSeconds: 300,
        scanLimitMegabytes: 1000,
        subscribed: false,
        principal: undefined,
      },
      "iot-to-redshift": {
        excludedZoneIds: [],
        bufferSeconds: 900,
        keepDays: 30,
        dailyRpuHours: 12,
      },
      "api-to-devices": {
        tokenIssuer: undefined,
        tokenAudience: [],
        tokenScopes: [],
        tenantClaim: undefined,
        corsOrigins: [],
        requestsPerSecond: 50,
        cursorKey,
      },
      "iot-to-step-functions": {
        emails: [],
        limits: { temperature: 80 },
        workflowType: "STANDARD",
        keepDays: 30,
        deviceBudget: 12,
        totalBudget: 1000,
        quietMinutes: 15,
        repeatMinutes: 60,
      },
      "camera-to-rekognition": {
        ...{ alertLabels: ["Person"], alertHours: "22-6", timeZone: "UTC", emails: [] },
        ...{ minConfidence: 80, maxLabels: 20, keepDays: 30, credentialMinutes: 15 },
        ...{ maximumConcurrency: 2, deviceBudget: 4, totalBudget: 100 },
        ...{ quietMinutes: 15, repeatMinutes: 240 },
      },
      "iot-to-splunk": {
        hecEndpoint: "https://splunk.example.com:8088",
        delivery: "firehose",
        index: undefined,
        source: "aws-iot-core",
        sourcetype: "_json",
        acknowledgmentSeconds: 300,
        retrySeconds: 3600,
      },
      "iot-to-datadog": {
        ...{ site: "datadoghq.eu", byDevice: false, metricPrefix: "iot" },
        ...{ logs: false, logService: "iot-devices" },
        ...{ windowSeconds: 10, maxReceiveCount: 20 },
      },
    };
    for (const [stem, values] of Object.entries(expected))
      assert.deepEqual(settings[stem as Stem], values, stem);
  });

  it("has settings of the integrations of the stack alone", async () => {
    const { settings } = await read({ "iot-to-sns:emails": ["night-shift@example.com"] });
    assert.deepEqual(settings, { "iot-to-sqs": { maxReceiveCount: 5 } });
  });

  it("takes what is set", async () => {
    const { settings } = await read({
      ...all,
      "iot-to-sns:emails": ["night-shift@example.com"],
      "iot-to-dynamodb:historyDays": 7,
      "iot-to-step-functions:limits": { temperature: -5.5 },
      "iot-to-step-functions:workflowType": "STANDARD",
    });
    assert.deepEqual(settings["iot-to-sns"]?.emails, ["night-shift@example.com"]);
    assert.equal(settings["iot-to-dynamodb"]?.historyDays, 7);
    assert.deepEqual(settings["iot-to-step-functions"]?.limits, { temperature: -5.5 });
    assert.equal(settings["iot-to-step-functions"]?.workflowType, "STANDARD");
    // Two integrations share no setting.
    assert.equal(settings["iot-to-step-functions"]?.keepDays, 30);
  });

  const refused: [what: string, config: Record<string, unknown>, sentence: string][] = [
    [
      "an unknown integration",
      { integrations: ["iot-to-sqs", "iot-to-mars"] },
      `integrations[1] is "iot-to-mars"; it must be one of ${stems.join(", ")}`,
    ],
    [
      "a field that holds no numbers",
      { ...all, "iot-to-analytics:field": "status" },
      'iot-to-analytics:field is "status"; it must be one of temperature, humidity, pressure, which reading/fields.ts declares as numbers',
    ],
    [
      "a field without a limit whose threshold is left out",
      { ...all, "iot-to-analytics:field": "humidity" },
      "iot-to-analytics:above is missing; it must be a number from 0 to 100, the bounds of humidity",
    ],
    [
      "a threshold that is no number",
      { ...all, "iot-to-analytics:above": "warm" },
      'iot-to-analytics:above is "warm"; it must be a number within the bounds of the field',
    ],
    [
      "an alarming average below the threshold",
      { ...all, "iot-to-analytics:above": 85, "iot-to-analytics:alarmAbove": 84.5 },
      "iot-to-analytics:alarmAbove is 84.5; it must be a number from 85, above which values count, to 200",
    ],
    [
      "an integration named twice",
      { integrations: ["iot-to-sqs", "iot-to-sqs"] },
      'integrations[1] repeats "iot-to-sqs"; it must be each item once',
    ],
    [
      "a list that is none",
      { integrations: "iot-to-sqs" },
      `integrations is "iot-to-sqs"; it must be a list, each item one of ${stems.join(", ")}`,
    ],
    [
      "an object for a list",
      { integrations: { sqs: true } },
      `integrations is {"sqs":true}; it must be a list, each item one of ${stems.join(", ")}`,
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
      { ...all, "iot-to-sns:emails": [7] },
      "iot-to-sns:emails[0] is 7; it must be an email address",
    ],
    [
      "a phone number without its country",
      { ...all, "iot-to-sns:phoneNumbers": ["0151 2345678"] },
      'iot-to-sns:phoneNumbers[0] is "0151 2345678"; it must be a phone number in E.164, such as +4915112345678',
    ],
    [
      "an endpoint in plain text",
      { ...all, "iot-to-sns:endpoints": ["http://example.com"] },
      'iot-to-sns:endpoints[0] is "http://example.com"; it must be an https URL',
    ],
    [
      "an endpoint that is no URL",
      { ...all, "iot-to-sns:endpoints": ["tickets"] },
      'iot-to-sns:endpoints[0] is "tickets"; it must be an https URL',
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
      { ...all, "iot-to-dynamodb:historyDays": 1.5 },
      "iot-to-dynamodb:historyDays is 1.5; it must be a whole number, 1 to 3650",
    ],
    [
      "a word for a number",
      { ...all, "iot-to-dynamodb:historyDays": "many" },
      'iot-to-dynamodb:historyDays is "many"; it must be a whole number, 1 to 3650',
    ],
    [
      "too few deliveries",
      { "iot-to-sqs:maxReceiveCount": 1 },
      "iot-to-sqs:maxReceiveCount is 1; it must be a whole number, 3 to 1000",
    ],
    ["a word for a switch", { iotLogging: "yes" }, 'iotLogging is "yes"; it must be true or false'],
    [
      "an API without the tables it reads",
      { integrations: ["api-to-devices"] },
      "integrations has api-to-devices without iot-to-dynamodb, which it needs; it must be a list with both, or neither",
    ],
    [
      "an API without a key for its cursors",
      { integrations: ["iot-to-dynamodb", "api-to-devices"] },
      "api-to-devices:cursorKey is missing; it must be a secret text of 32 characters or more, by `pulumi config set --secret api-to-devices:cursorKey`",
    ],
    [
      "a short key for cursors",
      { ...all, "api-to-devices:cursorKey": "short" },
      "api-to-devices:cursorKey is too short; it must be a secret text of 32 characters or more, by `pulumi config set --secret api-to-devices:cursorKey`",
    ],
    [
      "an issuer of tokens without TLS",
      { ...all, "api-to-devices:tokenIssuer": "http://login.example.com" },
      'api-to-devices:tokenIssuer is "http://login.example.com"; it must be an https URL',
    ],
    [
      "an issuer of tokens without an audience",
      { ...all, "api-to-devices:tokenIssuer": "https://login.example.com" },
      "api-to-devices:tokenAudience is empty; it must be the client ids that tokens may be issued for, since tokenIssuer is set",
    ],
    [
      "a scope that no token can have",
      { ...all, ...tokens, "api-to-devices:tokenScopes": ["read devices"] },
      'api-to-devices:tokenScopes[0] is "read devices"; it must be a scope',
    ],
    [
      "scopes without an issuer of tokens",
      { ...all, "api-to-devices:tokenScopes": ["devices/read"] },
      "api-to-devices:tokenIssuer is missing; it must be an https URL, since tokenScopes asks for tokens",
    ],
    [
      "a principal that is no user or group of Quick Sight",
      { ...all, "iot-to-quicksight:principal": "arn:aws:iam::123456789012:user/alice" },
      'iot-to-quicksight:principal is "arn:aws:iam::123456789012:user/alice"; it must be the ARN of a user or a group of Quick Sight',
    ],
    [
      "a principal without a subscription to Quick Sight",
      { ...all, "iot-to-quicksight:principal": fleet },
      "iot-to-quicksight:subscribed is false; it must be true if there is a principal, once the account is subscribed to Quick Sight in its console",
    ],
    [
      "a subscription to Quick Sight without a principal",
      { ...all, "iot-to-quicksight:subscribed": true },
      "iot-to-quicksight:principal is missing; it must be the ARN of a user or a group of Quick Sight",
    ],
    [
      "a tenant's claim without tokens",
      { ...all, "api-to-devices:tenantClaim": "custom:tenant" },
      "api-to-devices:tokenIssuer is missing; it must be an https URL, since tenantClaim is a claim of tokens",
    ],
    [
      "a tenant's claim with a space",
      { ...all, ...tokens, "api-to-devices:tenantClaim": "the tenant" },
      'api-to-devices:tenantClaim is "the tenant"; it must be the name of a claim',
    ],
    [
      "a path for an origin",
      { ...all, "api-to-devices:corsOrigins": ["https://console.example.com/start"] },
      'api-to-devices:corsOrigins[0] is "https://console.example.com/start"; it must be an https origin',
    ],
    [
      "an Express workflow",
      { ...all, "iot-to-step-functions:workflowType": "EXPRESS" },
      'iot-to-step-functions:workflowType is "EXPRESS"; it must be STANDARD, since an Express execution that times out keeps its input nowhere',
    ],
    [
      "a kind of workflow that there is not",
      { ...all, "iot-to-step-functions:workflowType": "FAST" },
      'iot-to-step-functions:workflowType is "FAST"; it must be STANDARD, since an Express execution that times out keeps its input nowhere',
    ],
    [
      "an archive without an end",
      { ...all, "iot-to-eventbridge:archiveDays": 0 },
      "iot-to-eventbridge:archiveDays is 0; it must be a whole number, 1 to 365",
    ],
    [
      "no map for limits",
      { ...all, "iot-to-step-functions:limits": 80 },
      "iot-to-step-functions:limits is 80; it must be a map from fields to numbers: temperature (-100 to 200)",
    ],
    [
      "a limit of a field that has none",
      { ...all, "iot-to-step-functions:limits": { temprature: 80 } },
      'iot-to-step-functions:limits names "temprature", which is no field with a number to limit; it must be a map from fields to numbers: temperature (-100 to 200)',
    ],
    [
      "a limit out of bounds",
      { ...all, "iot-to-step-functions:limits": { temperature: 500 } },
      "iot-to-step-functions:limits.temperature is 500; it must be a number, -100 to 200",
    ],
    [
      "too many requests per second",
      { ...all, "api-to-devices:requestsPerSecond": 10_001 },
      "api-to-devices:requestsPerSecond is 10001; it must be a whole number, 1 to 10000",
    ],
    [
      "a bad email address of another integration",
      { ...all, "iot-to-step-functions:emails": ["night-shift"] },
      'iot-to-step-functions:emails[0] is "night-shift"; it must be an email address',
    ],
    [
      "a very long value, shortened",
      { alarmEmails: ["x".repeat(100)] },
      `alarmEmails[0] is "${"x".repeat(60)}...; it must be an email address`,
    ],
  ];
  const inNamespace = (sentence: string): string =>
    /^[a-z-]+:/.test(sentence) ? sentence : `iot-integrations:${sentence}`;
  for (const [what, config, sentence] of refused)
    it(`refuses ${what} in one sentence`, () =>
      assert.rejects(read(config), {
        message: `Configuration ${inNamespace(sentence)}. Set it in Pulumi.test.yaml.`,
      }));

  it("refuses a retention that CloudWatch Logs does not know", () =>
    assert.rejects(read({ logRetentionDays: 8 }), /logRetentionDays is 8; .* one of 1, 3, 5, 7/));

  it("takes tokens of an issuer, with and without scopes", async () => {
    for (const scopes of [[], ["devices/read"]]) {
      const { settings } = await read({ ...all, ...tokens, "api-to-devices:tokenScopes": scopes });
      const { tokenIssuer, tokenAudience, tokenScopes } = settings["api-to-devices"] ?? {};
      assert.deepEqual(
        { tokenIssuer, tokenAudience, tokenScopes },
        {
          tokenIssuer: "https://login.example.com",
          tokenAudience: ["fleet-console"],
          tokenScopes: scopes,
        },
      );
    }
  });

  it("takes a topic prefix of several levels", async () => {
    const config = await read({ topicPrefix: "plant-1/line_2" });
    assert.equal(config.topicPrefix, "plant-1/line_2");
  });

  it("names the setting that each setting of the changelog's table is now", async () => {
    const changelog = fs.readFileSync(path.join(__dirname, "../CHANGELOG.md"), "utf8");
    const [, table = ""] = changelog.split("| setting of `iot-integrations`");
    const rows = [
      ...(table.split("\n\n")[0] ?? "").matchAll(/^ *\| (`\w.*?) *\| `([^:`]+):(\w+).*$/gm),
    ];
    assert.equal(rows.length, 13);
    for (const [, old = "", stem, key] of rows)
      for (const [, name = ""] of old.matchAll(/`(\w+)/g))
        await assert.rejects(read({ [name]: "x" }), (error: Error) => {
          const names = old.includes(", ") ? `${stem}:` : `${stem}:${key}?`;
          return error.message.includes(`did you mean ${names}`) || assert.fail(error.message);
        });
  });

  const misspelt: [what: string, key: string, suggestion: string][] = [
    ["a misspelt key", "iot-to-sns:email", "did you mean iot-to-sns:emails?"],
    [
      "a key with letters swapped",
      "iot-to-sqs:maxRecieveCount",
      "did you mean iot-to-sqs:maxReceiveCount?",
    ],
    [
      "a misspelt key of the project",
      "iot-integrations:topicPrefxi",
      "did you mean iot-integrations:topicPrefix?",
    ],
    ["a misspelt namespace", "iot-to-snss:emails", "did you mean iot-to-sns:emails?"],
    [
      "a misspelt namespace of the project",
      "iot-integration:topicPrefix",
      "did you mean iot-integrations:topicPrefix?",
    ],
    [
      "a misspelt key of an integration that is not deployed",
      "iot-to-dynamodb:historyDay",
      "did you mean iot-to-dynamodb:historyDays?",
    ],
    [
      "the key of another namespace",
      "iot-integrations:historyDays",
      "did you mean iot-to-dynamodb:historyDays?",
    ],
    [
      "a key that two namespaces have, in neither",
      "iot-to-sqs:emails",
      "did you mean iot-to-sns:emails?",
    ],
    [
      "a misspelt key of another namespace",
      "iot-integrations:apiTokenIssuer",
      "did you mean api-to-devices:tokenIssuer?",
    ],
    [
      "a key that resembles one of another integration only",
      "iot-to-sqs:windowsSeconds",
      "iot-to-sqs has maxReceiveCount.",
    ],
    ["a namespace without a word of it", "iot-sns:emails", "did you mean iot-to-sns:emails?"],
    ["a misspelt key of the provider", "aws:regoin", "did you mean aws:region?"],
    ["a misspelt namespace of the provider", "awss:region", "did you mean aws:region?"],
    [
      "a setting in a namespace that resembles none",
      "queue:maxReceiveCount",
      "did you mean iot-to-sqs:maxReceiveCount?",
    ],
    ["a namespace in capitals", "IoT-to-SNS:emails", "did you mean iot-to-sns:emails?"],
    ["a renamed key", "iot-integrations:alertEmails", "did you mean iot-to-sns:emails?"],
    [
      "a renamed key in its new namespace",
      "iot-to-sns:alertEmails",
      "did you mean iot-to-sns:emails?",
    ],
    [
      "a renamed key of which nothing reminds",
      "iot-integrations:temperatureLimit",
      "did you mean iot-to-step-functions:limits?",
    ],
    [
      "a key of the project in an integration's namespace",
      "iot-to-sns:topicPrefix",
      "did you mean iot-integrations:topicPrefix?",
    ],
    [
      "a key that resembles none",
      "iot-to-sns:colour",
      "iot-to-sns has emails, phoneNumbers, endpoints, deviceBudget, totalBudget, quietMinutes, repeatMinutes.",
    ],
    [
      "a key that has the name of a method",
      "iot-to-sns:constructor",
      "iot-to-sns has emails, phoneNumbers, endpoints, deviceBudget, totalBudget, quietMinutes, repeatMinutes.",
    ],
  ];
  for (const [what, key, suggestion] of misspelt)
    it(`refuses ${what}, with the setting that was meant`, () =>
      assert.rejects(read({ [key]: "x" }), {
        message: `Configuration ${key} is not a setting; ${suggestion} Correct it in Pulumi.test.yaml.`,
      }));

  for (const [key, value] of [
    ["aws:region", "eu-west-3"],
    ["aws:profile", "x"],
    ["aws-native:region", "eu-west-3"],
    ["awsx:x", "x"],
    ["gcp:region", "europe-west3"],
    ["digitalocean:token", "x"],
    ["pulumi:tags", "x"],
    ["sabotage:resource", "x"],
    ["constructor:x", "x"],
  ] as const)
    it(`leaves ${key} to its owner`, async () => {
      assert.deepEqual((await read({ [key]: value })).integrations, ["iot-to-sqs"]);
    });
});

describe("Pulumi.yaml", () => {
  const file = path.join(__dirname, "../Pulumi.yaml");
  const { config } = yaml.parse(fs.readFileSync(file, "utf8")) as {
    config: Record<string, { description?: string; default?: unknown; type?: string }>;
  };
  const own = Object.entries(config).filter(([key]) => !key.includes(":"));

  it("declares the settings of the project, each with its description", () =>
    assert.deepEqual(
      Object.fromEntries(own.map(([key, { description }]) => [key, description])),
      Object.fromEntries(
        Object.entries(projectSettings).map(([key, { description }]) => [key, description]),
      ),
    ));

  it("has the defaults that the program has", () => {
    for (const [key, setting] of Object.entries(projectSettings))
      if (!setting.required) assert.deepEqual(config[key]?.default, setting.default, key);
  });
});

describe("Pulumi.local.yaml", () => {
  it("has every integration", () => {
    const file = path.join(__dirname, "../Pulumi.local.yaml");
    const { config } = yaml.parse(fs.readFileSync(file, "utf8")) as {
      config: Record<string, unknown>;
    };
    assert.deepEqual(config["iot-integrations:integrations"], stems);
  });
});
