import { config as provider, Region } from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { catalogue, stems, type IntegrationSettings, type Stem } from "./components/catalogue";
import type { Definition } from "./components/parts/integration";
import { isEmail } from "./components/parts/settings/formats";
import { flag, texts, wholeNumber } from "./components/parts/settings/json-kinds";
import { readAll, refuse, shown, type Values } from "./components/parts/settings/setting";
import { text } from "./components/parts/settings/text-kinds";
import { nearest, refuseUnknownKeys } from "./components/parts/settings/unknown-keys";
import { refuseEmptyValues, warnOfUnusedKeys } from "./components/parts/settings/without-effect";

// https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html
const retentions = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288,
  3653,
];

/** The settings of the project's own namespace. Pulumi.yaml declares them too, so that the CLI checks their types. */
export const projectSettings = {
  integrations: texts<Stem>({
    each: `one of ${stems.join(", ")}`,
    fits: (stem) => (stems as readonly string[]).includes(stem),
    atLeast: 1,
    description: "The integrations of this stack, by their stems, such as iot-to-sqs.",
  }),
  topicPrefix: text({
    default: "devices",
    type: "one to five levels of letters, digits, '_' and '-', joined by '/', 64 characters in all",
    fits: (levels) => /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+){0,4}$/.test(levels) && levels.length <= 64,
    description: "First levels of the devices' topics, <prefix>/<deviceId>/telemetry.",
  }),
  alarmEmails: texts({
    ...{ each: "an email address", fits: isEmail },
    description: "Recipients of alarms by email. Required; an empty list for no recipients.",
  }),
  quarantineThreshold: wholeNumber({
    ...{ from: 0, to: 1_000_000, default: 0 },
    description:
      "Invalid messages that a quarantine may receive within five minutes, or hold, without an alarm.",
  }),
  logRetentionDays: wholeNumber({
    ...{ among: retentions, default: 30 },
    description: "Days that the logs of functions stay.",
  }),
  deletionProtection: flag({
    default: true,
    description:
      "Refuses to delete tables, time series databases and the warehouse with the stack.",
  }),
  iotLogging: flag({
    default: false,
    description:
      "Switches on AWS IoT's own log of errors for the whole account and region; set it in one stack only.",
  }),
};

/** Settings of the project's namespace that went to an integration under a name of which they do not remind, or remind less than of another. */
const renamed = {
  apiRequestsPerSecond: "api-to-devices:requestsPerSecond",
  alertEmails: "iot-to-sns:emails",
  alertPhoneNumbers: "iot-to-sns:phoneNumbers",
  alertEndpoints: "iot-to-sns:endpoints",
  anomalyEmails: "iot-to-step-functions:emails",
  temperatureLimit: "iot-to-step-functions:limits",
};

/** The configuration of a stack, checked. */
export interface StackConfig extends Values<typeof projectSettings> {
  /** Of each integration that the stack has, the settings in its own namespace. */
  settings: IntegrationSettings;
}

/** Reads the stack's configuration; throws one sentence that names the key, what is wrong with it and what to write instead. */
export function readConfig(): StackConfig {
  const config = new pulumi.Config();
  const definitions: readonly Definition[] = catalogue;
  const known = new Map([
    [config.name, Object.keys(projectSettings)],
    ...definitions.map(({ stem, settings }) => [stem, Object.keys(settings)] as const),
    ["aws", Object.keys(provider)],
  ]);
  const given = pulumi.runtime.allConfig();
  refuseUnknownKeys(Object.keys(given), known, renamed);
  refuseEmptyValues(given, known);
  refuseUnknownRegion();
  const project = readAll(config, projectSettings);
  warnOfUnusedKeys(Object.keys(given), stems, project.integrations);
  const wanted = definitions.filter(({ stem }) => project.integrations.includes(stem as Stem));
  for (const definition of wanted) requireNeeds(config, definition, project.integrations);
  const settings = wanted.map((definition) => [definition.stem, settingsOf(definition)]);
  return { ...project, settings: Object.fromEntries(settings) as IntegrationSettings };
}

/**
 * The provider would take a missing region from the environment of the operator, and does not check a misspelt one, which fails at the
 * first call as a host that does not exist.
 */
function refuseUnknownRegion(): void {
  const config = new pulumi.Config("aws");
  const region = config.get("region");
  const regions: readonly string[] = Object.values(Region);
  const wanted = "a Region such as eu-central-1";
  if (region === undefined) throw refuse(config, { key: "region", wrong: "is missing", wanted });
  if (regions.includes(region)) return;
  throw refuse(config, {
    key: "region",
    wrong: `is ${shown(region)}, which is not a Region of AWS`,
    wanted: nearest(region, regions) ?? wanted,
  });
}

function requireNeeds(config: pulumi.Config, { stem, needs }: Definition, stack: string[]): void {
  for (const { stem: needed } of Object.values(needs))
    if (!stack.includes(needed))
      throw refuse(config, {
        key: "integrations",
        wrong: `has ${stem} without ${needed}, which it needs`,
        wanted: "a list with both, or neither",
      });
}

function settingsOf({ stem, settings, check }: Definition): unknown {
  const config = new pulumi.Config(stem);
  const values = readAll(config, settings);
  const refusal = check?.(values);
  if (refusal) throw refuse(config, refusal);
  return values;
}
