import type { Random } from "./random";

/** A reading as a device writes it; see the README for units and bounds. */
export interface Reading {
  deviceId: string;
  timestamp: number;
  temperature: number;
  humidity: number;
  pressure: number;
  status: "ok" | "warning" | "critical";
  message?: string;
}

/** The physical thing: its values wander, as measured ones do. */
export interface Sensor {
  measure(timestamp: number, critical: boolean): Reading;
}

const troubles = [
  "bearing runs hot",
  "Kühlung ausgefallen, Ventil öffnet nicht",
  "過熱",
  'operator said "stop"',
] as const;

export function createSensor(deviceId: string, random: Random): Sensor {
  let temperature = random.between(18, 45);
  let humidity = random.between(30, 60);
  let pressure = random.between(990, 1030);
  const wander = (value: number, step: number, least: number, most: number): number =>
    Math.min(most, Math.max(least, value + random.between(-step, step)));
  return {
    measure(timestamp, critical) {
      temperature = wander(temperature, 0.8, -20, 75);
      humidity = wander(humidity, 1, 5, 95);
      pressure = wander(pressure, 0.5, 950, 1050);
      const shown = critical ? temperature + 85 : temperature;
      return {
        deviceId,
        timestamp,
        temperature: tenths(shown),
        humidity: Math.round(humidity),
        pressure: tenths(pressure),
        status: critical ? "critical" : shown > 60 ? "warning" : "ok",
        ...(critical && { message: random.pick(troubles) }),
      };
    },
  };
}

const tenths = (value: number): number => Math.round(value * 10) / 10;
