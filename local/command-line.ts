import { parseArgs } from "node:util";
import { fields, type Field } from "./devices/columns";
import { mostDevices, type Shares } from "./devices/load";
import { fold } from "./report/fold";

export const usage = `Usage: npm start -- [options]

Runs the program on this machine and sends device messages through it, until
Ctrl-C.

  --once              publish a fixed load, wait until all of it has arrived,
                      audit every message; exit 0 only if the audit balances
  --messages N        how many to publish; 1000 with --once, otherwise no end
  --devices N         how many devices, each with a certificate of its own; 10
  --rate N            messages a second, 0 as fast as possible; 0 with --once,
                      otherwise 5
  --invalid SHARE     of all messages are no valid readings, 0 to 1; 0.05
  --duplicate SHARE   repeat the message before, byte by byte; 0.03
  --late SHARE        are older than the newest of their device; 0.05
  --critical SHARE    of the readings have the status critical; 0.05
  --hostile SHARE     of the devices are taken over, and publish what an
                      attacker would; 0
  --seed N            the same seed gives the same load, but for the time at
                      which it starts; 1
  --replay FILE       publish recorded readings instead: CSV with a header, or
                      JSON lines
  --speed X           with --replay: 1 as recorded, 10 ten times as fast, 0 as
                      fast as possible; 1
  --map COLUMN=FIELD  with --replay: which column a field is in, unless its name
                      says so; repeatable
  --set FIELD=VALUE   with --replay: a field that no column has; repeatable
  --mqtt-port N       where the MQTT broker listens; a free port
  --project FOLDER    the folder of another Pulumi program; without it, this
                      project
  --stack NAME        whose settings, Pulumi.<NAME>.yaml; local
  --differences       list what differs from AWS, in place of a number
  --verbose           failures with their stack trace
  --help              this text

${fold(`Fields: ${fields.join(", ")}.`, 80).join("\n")}`;

/** The options of a run, complete and checked. */
export interface Request {
  help: boolean;
  once: boolean;
  /** Infinity: without end. */
  messages: number;
  devices: number;
  /** Messages per second; 0 for no delay. */
  rate: number;
  shares: Shares;
  /** The share of devices that are taken over. */
  hostile: number;
  seed: number;
  replay: Replay | undefined;
  mqttPort: number | undefined;
  /** The folder of another program; undefined for this project. */
  project: string | undefined;
  stack: string;
  /** Lists the differences from AWS. */
  differences: boolean;
  verbose: boolean;
}

export interface Replay {
  file: string;
  speed: number;
  /** Field → column. */
  map: Partial<Record<Field, string>>;
  /** Field → value for every reading. */
  set: Partial<Record<Field, string>>;
}

const text = { type: "string" } as const;
const flag = { type: "boolean", default: false } as const;
const list = { type: "string", multiple: true } as const;

const options = {
  once: flag,
  messages: text,
  devices: text,
  rate: text,
  invalid: text,
  duplicate: text,
  late: text,
  critical: text,
  hostile: text,
  seed: text,
  replay: text,
  speed: text,
  map: list,
  set: list,
  "mqtt-port": text,
  project: text,
  stack: { type: "string", default: "local" },
  differences: flag,
  verbose: flag,
  help: flag,
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof options }>>["values"];
type Given = keyof Values;

const onlyGenerated = [
  "devices",
  "rate",
  "invalid",
  "duplicate",
  "late",
  "critical",
  "hostile",
  "seed",
] as const;
const onlyReplayed = ["speed", "map", "set"] as const;

/** Reads the arguments. Throws one sentence for what does not fit the usage. */
export function readArguments(words: string[]): Request {
  const values = parsed(words);
  const { once, replay } = values;
  const misplaced = replay === undefined ? onlyReplayed : onlyGenerated;
  for (const name of misplaced)
    if (values[name] !== undefined)
      throw new Error(
        replay === undefined
          ? `--${name} says how to replay a recording; give one by --replay.`
          : `--${name} shapes the generated load; leave it out with --replay.`,
      );
  return {
    help: values.help,
    once,
    messages: whole(values, "messages", 1, Infinity) ?? (once && !replay ? 1000 : Infinity),
    devices: whole(values, "devices", 1, mostDevices) ?? 10,
    rate: number(values, "rate", 0, 100_000) ?? (once ? 0 : 5),
    shares: sharesOf(values),
    hostile: number(values, "hostile", 0, 1) ?? 0,
    seed: whole(values, "seed", 0, Number.MAX_SAFE_INTEGER) ?? 1,
    replay: replay === undefined ? undefined : replayOf(replay, values),
    mqttPort: whole(values, "mqtt-port", 1, 65_535),
    project: values.project,
    stack: stackOf(values),
    differences: values.differences,
    verbose: values.verbose,
  };
}

function parsed(words: string[]): Values {
  try {
    return parseArgs({ args: words, options }).values;
  } catch (error) {
    // Node adds advice about positional arguments, of which there are none.
    const [sentence = ""] = (error as Error).message.split(/\. (?=To specify)/);
    throw new Error(sentence.endsWith(".") ? sentence : `${sentence}.`);
  }
}

function number(values: Values, name: Given, least: number, most: number): number | undefined {
  const given = values[name] as string | undefined;
  if (given === undefined) return undefined;
  const value = given.trim() === "" ? NaN : Number(given);
  if (value >= least && value <= most) return value;
  throw new Error(`--${name} is '${given}'; give a number${within(least, most)}.`);
}

function whole(values: Values, name: Given, least: number, most: number): number | undefined {
  const value = number(values, name, least, most);
  if (value === undefined || Number.isSafeInteger(value)) return value;
  throw new Error(`--${name} is '${String(values[name])}'; give a whole number.`);
}

const within = (least: number, most: number): string =>
  most === Infinity || most === Number.MAX_SAFE_INTEGER
    ? `, ${least} or more`
    : ` from ${least} to ${most}`;

function sharesOf(values: Values): Shares {
  const shares = {
    invalid: number(values, "invalid", 0, 1) ?? 0.05,
    duplicate: number(values, "duplicate", 0, 1) ?? 0.03,
    late: number(values, "late", 0, 1) ?? 0.05,
    critical: number(values, "critical", 0, 1) ?? 0.05,
  };
  const { invalid, duplicate, late } = shares;
  if (invalid + duplicate + late > 1 + Number.EPSILON)
    throw new Error("--invalid, --duplicate and --late make more than 1 together; lower one.");
  return shares;
}

function replayOf(file: string, values: Values): Replay {
  const map: Replay["map"] = {};
  for (const pair of values.map ?? []) {
    const [column, field] = split("map", pair, "COLUMN=FIELD", pair.lastIndexOf("="));
    map[fieldOf("map", field)] = column;
  }
  const set: Replay["set"] = {};
  for (const pair of values.set ?? []) {
    const [field, value] = split("set", pair, "FIELD=VALUE", pair.indexOf("="));
    set[fieldOf("set", field)] = value;
  }
  return { file, speed: number(values, "speed", 0, 1_000_000) ?? 1, map, set };
}

function split(name: string, pair: string, form: string, at: number): [string, string] {
  const [left, right] = [pair.slice(0, at), pair.slice(at + 1)];
  if (at > 0 && right !== "") return [left, right];
  throw new Error(`--${name} is '${pair}'; give ${form}.`);
}

function fieldOf(name: string, given: string): Field {
  const field = fields.find((known) => known.toLowerCase() === given.toLowerCase());
  if (field) return field;
  throw new Error(`--${name} names the field '${given}'; a reading has ${fields.join(", ")}.`);
}

function stackOf({ stack }: Values): string {
  if (/^[A-Za-z0-9_.-]{1,100}$/.test(stack)) return stack;
  throw new Error(`--stack is '${stack}'; give letters, digits, '_', '.' and '-'.`);
}
