/**
 * Datadog's names of units, by the way in which people write them. A unit that Datadog does not have, such as one of pressure, is left
 * out of a series; the value stays as it is.
 * @see https://docs.datadoghq.com/metrics/units/
 */
const names: Record<string, string> = {
  "°C": "degree celsius",
  "°F": "degree fahrenheit",
  "%": "percent",
  ns: "nanosecond",
  µs: "microsecond",
  ms: "millisecond",
  s: "second",
  min: "minute",
  h: "hour",
  d: "day",
  bit: "bit",
  B: "byte",
  KiB: "kibibyte",
  MiB: "mebibyte",
  GiB: "gibibyte",
  Hz: "hertz",
  kHz: "kilohertz",
  MHz: "megahertz",
  GHz: "gigahertz",
  mA: "milliampere",
  A: "ampere",
  mV: "millivolt",
  V: "volt",
  mW: "milliwatt",
  W: "watt",
  kW: "kilowatt",
  MW: "megawatt",
};

/** Datadog's name of a unit; undefined for none. */
export const datadogUnit = (unit: string | undefined): string | undefined =>
  unit !== undefined && Object.prototype.hasOwnProperty.call(names, unit) ? names[unit] : undefined;
