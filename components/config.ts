import * as pulumi from "@pulumi/pulumi";
import { limitsProblem, type Limits } from "../reading/limits";

/** The integrations by their stems, in catalogue order. */
export const stems = [
  "iot-to-dynamodb",
  "iot-to-sns",
  "iot-to-sqs",
  "iot-to-eventbridge",
  "api-to-devices",
  "iot-to-step-functions",
] as const;
export type Stem = (typeof stems)[number];

/** The settings of a stack, checked. Their descriptions and defaults stand in Pulumi.yaml. */
export interface StackConfig {
  integrations: Stem[];
  topicPrefix: string;
  alarmEmails: string[];
  alertEmails: string[];
  alertPhoneNumbers: string[];
  alertEndpoints: string[];
  historyDays: number;
  maxReceiveCount: number;
  archiveDays: number;
  /** Undefined if callers are let in by IAM. */
  apiTokens: { issuer: string; audience: string[]; scopes: string[] } | undefined;
  apiCorsOrigins: string[];
  apiRequestsPerSecond: number;
  /** Only there if the stack has the API. */
  cursorKey: pulumi.Output<string> | undefined;
  anomalyEmails: string[];
  /** By field; they replace those of reading/fields.ts. */
  limits: Limits;
  workflowType: (typeof workflowTypes)[number];
  logRetentionDays: number;
  deletionProtection: boolean;
  iotLogging: boolean;
}

const workflowTypes = ["STANDARD", "EXPRESS"] as const;

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

/** Reads the stack's settings; throws one sentence that names the key, what is wrong with it and what to write instead. */
export function readConfig(config = new pulumi.Config()): StackConfig {
  return {
    integrations: readIntegrations(config),
    topicPrefix: prefix(config.get("topicPrefix") ?? "devices"),
    alarmEmails: list(config, "alarmEmails", "an email address", isEmail),
    alertEmails: list(config, "alertEmails", "an email address", isEmail, []),
    alertPhoneNumbers: list(
      config,
      "alertPhoneNumbers",
      "a phone number in E.164, such as +4915112345678",
      (number) => /^\+[1-9]\d{6,14}$/.test(number),
      [],
    ),
    alertEndpoints: list(config, "alertEndpoints", "an https URL", isHttpsUrl, []),
    historyDays: whole(config, "historyDays", 30, "1 to 3650", (days) => days >= 1 && days <= 3650),
    maxReceiveCount: whole(config, "maxReceiveCount", 5, "3 to 1000", (n) => n >= 3 && n <= 1000),
    ...readApiConfig(config),
    archiveDays: whole(config, "archiveDays", 7, "1 to 365", (days) => days >= 1 && days <= 365),
    anomalyEmails: list(config, "anomalyEmails", "an email address", isEmail, []),
    limits: readLimits(config),
    workflowType: choice(config, "workflowType", workflowTypes),
    logRetentionDays: whole(
      config,
      "logRetentionDays",
      30,
      `one of ${retentions.join(", ")}`,
      (days) => retentions.includes(days),
    ),
    deletionProtection: flag(config, "deletionProtection", true),
    iotLogging: flag(config, "iotLogging", false),
  };
}

const cursorKeyRefusal = (wrong: string): Error =>
  refusal(
    "cursorKey",
    wrong,
    "a random text of 32 characters or more, by `pulumi config set --secret cursorKey`, since api-to-devices signs its cursors with it",
  );

/** What is wanted, with what it cannot do without. */
function readIntegrations(config: pulumi.Config): Stem[] {
  const wanted = list(config, "integrations", "one of " + stems.join(", "), isStem);
  if (!wanted.includes("api-to-devices")) return wanted;
  if (!wanted.includes("iot-to-dynamodb"))
    throw refusal(
      "integrations",
      "has api-to-devices without iot-to-dynamodb, whose tables it reads",
      "a list with both, or neither",
    );
  if (config.getSecret("cursorKey") === undefined) throw cursorKeyRefusal("is missing");
  return wanted;
}

function readApiConfig(
  config: pulumi.Config,
): Pick<StackConfig, "apiTokens" | "apiCorsOrigins" | "apiRequestsPerSecond" | "cursorKey"> {
  const issuer = config.get("apiTokenIssuer") || undefined;
  if (issuer !== undefined && !isHttpsUrl(issuer))
    throw refusal("apiTokenIssuer", `is ${shown(issuer)}`, "an https URL");
  const audience = list(config, "apiTokenAudience", "a client id", (id) => id.length > 0, []);
  if (issuer !== undefined && audience.length === 0)
    throw refusal("apiTokenAudience", "is empty", "the client ids that tokens may be for");
  const scopes = list(
    config,
    "apiTokenScopes",
    "a scope",
    (scope) => /^[!#-[\]-~]+$/.test(scope),
    [],
  );
  if (issuer === undefined && scopes.length > 0)
    throw refusal(
      "apiTokenIssuer",
      "is missing",
      "an https URL, since apiTokenScopes asks for tokens",
    );
  return {
    apiTokens: issuer === undefined ? undefined : { issuer, audience, scopes },
    apiCorsOrigins: list(config, "apiCorsOrigins", "an https origin", isHttpsOrigin, []),
    apiRequestsPerSecond: whole(
      config,
      "apiRequestsPerSecond",
      50,
      "1 to 10000",
      (n) => n >= 1 && n <= 10_000,
    ),
    // Read as a secret only, so its length is known no sooner.
    cursorKey: config.getSecret("cursorKey")?.apply((key) => {
      if (key.length < 32) throw cursorKeyRefusal("is too short");
      return key;
    }),
  };
}

const isStem = (text: string): text is Stem => (stems as readonly string[]).includes(text);

const isEmail = (text: string): boolean =>
  text.length <= 254 && /^[^\s@<>"(),:;[\]\\]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+$/.test(text);

function isHttpsUrl(text: string): boolean {
  try {
    return new URL(text).protocol === "https:";
  } catch {
    return false;
  }
}

const isHttpsOrigin = (text: string): boolean => isHttpsUrl(text) && new URL(text).origin === text;

function list<T extends string>(
  config: pulumi.Config,
  key: string,
  each: string,
  fits: ((text: string) => text is T) | ((text: string) => boolean),
  ifAbsent?: T[],
): T[] {
  const value = structured(config, key, `a list, each item ${each}`);
  if (value === undefined && ifAbsent) return ifAbsent;
  if (value === undefined)
    throw refusal(key, "is missing", `a list, each item ${each}; [] for none`);
  if (!Array.isArray(value)) throw refusal(key, `is ${shown(value)}`, `a list, each item ${each}`);
  const items: unknown[] = value;
  items.forEach((item, index) => {
    if (typeof item !== "string" || !fits(item))
      throw refusal(`${key}[${index}]`, `is ${shown(item)}`, each);
    if (items.indexOf(item) !== index)
      throw refusal(`${key}[${index}]`, `repeats ${shown(item)}`, "each item once");
  });
  return items as T[];
}

function whole(
  config: pulumi.Config,
  key: string,
  ifAbsent: number,
  bounds: string,
  fits: (n: number) => boolean,
): number {
  const value = structured(config, key, `a whole number, ${bounds}`) ?? ifAbsent;
  if (typeof value === "number" && Number.isInteger(value) && fits(value)) return value;
  throw refusal(key, `is ${shown(value)}`, `a whole number, ${bounds}`);
}

function flag(config: pulumi.Config, key: string, ifAbsent: boolean): boolean {
  const value = structured(config, key, "true or false") ?? ifAbsent;
  if (typeof value === "boolean") return value;
  throw refusal(key, `is ${shown(value)}`, "true or false");
}

function readLimits(config: pulumi.Config): Limits {
  const wanted = "a map of fields to numbers";
  const value = structured(config, "limits", wanted) ?? {};
  if (typeof value !== "object" || Array.isArray(value))
    throw refusal("limits", `is ${shown(value)}`, wanted);
  const problem = limitsProblem(value as Limits);
  if (problem === undefined) return value as Limits;
  const [wrong = "", must = ""] = problem.split("; it must be ");
  throw refusal("limits", wrong, must);
}

/** One of a few words; the first if the key is absent. */
function choice<T extends string>(config: pulumi.Config, key: string, words: readonly T[]): T {
  const value = config.get(key) ?? words[0];
  const word = words.find((one) => one === value);
  if (word !== undefined) return word;
  throw refusal(key, `is ${shown(value)}`, `one of ${words.join(", ")}`);
}

function prefix(value: string): string {
  if (/^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+){0,4}$/.test(value) && value.length <= 64) return value;
  const wanted =
    "one to five levels of letters, digits, '_' and '-', joined by '/', 64 characters in all";
  throw refusal("topicPrefix", `is ${shown(value)}`, wanted);
}

/** A value as Pulumi hands it over: JSON in a string. */
function structured(config: pulumi.Config, key: string, wanted: string): unknown {
  const text = config.get(key);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw refusal(key, `is ${shown(text)}`, wanted);
  }
}

const shown = (value: unknown): string => {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 64 ? `${text.slice(0, 61)}...` : text;
};

const refusal = (key: string, wrong: string, wanted: string): Error =>
  new pulumi.RunError(
    `Configuration ${pulumi.getProject()}:${key} ${wrong}; it must be ${wanted}. Set it in Pulumi.${pulumi.getStack()}.yaml.`,
  );
