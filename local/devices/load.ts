import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import { levelOf } from "../../reading/severity";
import { createAttacker, type Attacker } from "./attacker";
import { spoilsOf, type Spoils } from "./invalid";
import type { DeviceMessage } from "./message";
import { createRandom, type Random } from "./random";
import { createSensor, type Sensor } from "./sensor";

/** Fractions of 1. The first three are of all messages, and exclude each other. */
export interface Shares {
  invalid: number;
  /** Of messages that repeat the one before them, byte by byte. */
  duplicate: number;
  /** Of readings that are older than their device's newest. */
  late: number;
  /** Of the readings that are measured, sent valid or invalid. */
  critical: number;
}

export interface LoadArgs {
  devices: number;
  /** Messages per second; 0 for no delay. */
  rate: number;
  shares: Shares;
  /** The share of devices that are taken over, rounded up. @default 0 */
  hostile?: number;
  seed: number;
  /** The time of the first reading, in ms since the epoch. */
  startedAt: number;
  /** @default the program's own */
  of?: Definition;
}

interface Device {
  id: string;
  sensor: Sensor;
  /** The time of its last fresh message. */
  clock: number;
  hasMeasured: boolean;
  last: Uint8Array | undefined;
  hasSentEmpty: boolean;
  /** Of a device that is taken over. */
  attacker?: Attacker;
}

const hour = 3_600_000;

/** Each device has a connection and a certificate of its own. */
export const mostDevices = 1000;

export function deviceIds(count: number): string[] {
  const width = Math.max(2, String(count).length);
  return Array.from(
    { length: count },
    (_, index) => `device-${String(index + 1).padStart(width, "0")}`,
  );
}

/** Generates messages without end, of the devices in turn. The same arguments give the same bytes. */
export function* generateLoad(args: LoadArgs): Generator<DeviceMessage, never> {
  const { of = definition, hostile = 0 } = args;
  const random = createRandom(args.seed);
  const spoils = spoilsOf(of);
  const firstHonest = Math.ceil(args.devices * hostile);
  const devices = deviceIds(args.devices).map((id, nth): Device => ({
    id,
    ...(nth < firstHonest && { attacker: createAttacker(id, random, of) }),
    sensor: createSensor(id, random, of),
    clock: -Infinity,
    hasMeasured: false,
    last: undefined,
    hasSentEmpty: false,
  }));
  for (let number = 0; ; number += 1) {
    const device = devices[number % devices.length] as Device;
    const at = args.rate === 0 ? 0 : (number * 1000) / args.rate;
    const made = {
      ...make({ ...args, of }, spoils, random, device, number, at),
      deviceId: device.id,
      at,
    };
    device.last = made.payload;
    yield made;
  }
}

function make(
  { shares, startedAt, of }: LoadArgs,
  spoils: Spoils,
  random: Random,
  device: Device,
  number: number,
  at: number,
): Pick<DeviceMessage, "payload" | "kind"> {
  if (device.attacker) {
    device.clock = Math.max(startedAt + Math.floor(at), device.clock + 1);
    return device.attacker.next(device.clock);
  }
  const lot = random.next();
  const critical = random.next() < shares.critical;
  const { invalid, duplicate, late } = shares;
  if (lot < duplicate && device.last) return { payload: device.last, kind: "repetition" };
  if (lot < duplicate + late && device.hasMeasured) {
    // Counts backwards from an hour ago, so that no two readings of a device have the same time.
    const reading = device.sensor.measure(startedAt - hour - number, critical);
    return { payload: bytesOf(reading), kind: "late" };
  }
  device.clock = Math.max(startedAt + Math.floor(at), device.clock + 1);
  const reading = device.sensor.measure(device.clock, critical);
  if (lot < duplicate + late || lot >= duplicate + late + invalid) {
    device.hasMeasured = true;
    return { payload: bytesOf(reading), kind: levelOf(reading, of) ?? "reading" };
  }
  // Two empty messages of a device would be the same message.
  const possible = device.hasSentEmpty ? spoils.filter(([fault]) => fault !== "empty") : spoils;
  const [fault, spoil] = random.pick(possible as [Spoils[0], ...Spoils]);
  if (fault === "empty") device.hasSentEmpty = true;
  return { payload: spoil(reading), kind: `invalid, ${fault}` };
}

const bytesOf = (reading: object): Uint8Array => Buffer.from(JSON.stringify(reading));
