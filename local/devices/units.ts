/** What a unit measures, and how its numbers become those of the kind's first unit. */
interface Unit {
  /** As people and headers write it; the first is the usual one. */
  names: readonly string[];
  /** Numbers of this unit, times `factor`, plus `offset`, are numbers of the first unit. */
  factor: number;
  offset?: number;
}

const unit = (factor: number, ...names: string[]): Unit => ({ names, factor });

/** Units by quantity. */
const kinds: readonly (readonly Unit[])[] = [
  [
    unit(1, "°C", "C", "Celsius", "degC"),
    { names: ["°F", "F", "Fahrenheit", "degF"], factor: 5 / 9, offset: (-32 * 5) / 9 },
    { names: ["K", "Kelvin"], factor: 1, offset: -273.15 },
  ],
  [unit(1, "%", "percent", "pct"), unit(100, "fraction")],
  [
    unit(1, "hPa", "mbar", "mb", "millibar"),
    unit(0.01, "Pa"),
    unit(10, "kPa"),
    unit(1000, "bar"),
    unit(68.947572931783, "psi"),
    unit(33.8638866667, "inHg"),
    unit(1.33322387415, "mmHg", "Torr"),
    unit(1013.25, "atm"),
  ],
  [
    unit(1, "km/h", "kmh", "kph"),
    unit(3.6, "m/s", "mps"),
    unit(1.609344, "mph", "mi/h"),
    unit(1.852, "kn", "kt", "knots"),
  ],
  [unit(1, "V", "volt", "volts"), unit(0.001, "mV"), unit(1000, "kV")],
  [unit(1, "A", "ampere", "amperes", "amps"), unit(0.001, "mA")],
  [unit(1, "W", "watt", "watts"), unit(0.001, "mW"), unit(1000, "kW")],
  [
    unit(1, "m", "metre", "metres", "meter", "meters"),
    unit(0.001, "mm"),
    unit(0.01, "cm"),
    unit(1000, "km"),
    unit(0.3048, "ft", "feet"),
    unit(1609.344, "mi", "miles"),
  ],
  [unit(1, "L", "l", "litre", "litres", "liter", "liters"), unit(3.785411784, "gal", "gallons")],
  [unit(1, "kg"), unit(0.001, "g"), unit(0.45359237, "lb", "lbs")],
  [unit(1, "°", "deg", "degree", "degrees"), unit(180 / Math.PI, "rad", "radians")],
];

/** Units with a symbol of one to three letters are case-sensitive, since mW differs from MW. */
const sameName = (one: string, other: string): boolean =>
  one === other || (one.length > 3 && one.toLowerCase() === other.toLowerCase());

function find(name: string): { kind: readonly Unit[]; unit: Unit } | undefined {
  for (const kind of kinds)
    for (const one of kind)
      if (one.names.some((known) => sameName(known, name))) return { kind, unit: one };
  return undefined;
}

/** All spellings of units of the same quantity, or the unit itself if unknown. */
export const namesOfKind = (name: string): readonly string[] =>
  find(name)?.kind.flatMap(({ names }) => names) ?? [name];

export type Convert = (value: number) => number;

/** Whether a text in a header is the name of a unit. */
export const isUnit = (name: string): boolean => find(name) !== undefined;

/** How numbers of one unit become those of another; undefined if they measure different things or one is not known. */
export function conversion(from: string, to: string): Convert | undefined {
  if (sameName(from, to)) return (value) => value;
  const [source, target] = [find(from), find(to)];
  if (!source || !target || source.kind !== target.kind) return undefined;
  const [a, b] = [source.unit, target.unit];
  if (a === b) return (value) => value;
  // A double has more digits than the factors.
  return (value) =>
    Number(((value * a.factor + (a.offset ?? 0) - (b.offset ?? 0)) / b.factor).toPrecision(12));
}
