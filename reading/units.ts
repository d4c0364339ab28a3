/** What a unit measures, and how its numbers become those of the kind's first unit. */
interface Unit {
  /** As people and headers write it; the first is the usual one. */
  names: readonly string[];
  /** Numbers of this unit, times `factor`, plus `offset`, are numbers of the first unit. */
  factor: number;
  offset?: number;
}

/** Units by quantity. Numbers in place of fractions: callbacks carry them as they stand here. */
const kinds: readonly (readonly Unit[])[] = [
  [
    { names: ["°C", "C", "Celsius", "degC"], factor: 1 },
    // 5/9 and -32 × 5/9.
    {
      names: ["°F", "F", "Fahrenheit", "degF"],
      factor: 0.5555555555555556,
      offset: -17.77777777777778,
    },
    { names: ["K", "Kelvin"], factor: 1, offset: -273.15 },
  ],
  [
    { names: ["%", "%RH", "% RH", "percent", "pct"], factor: 1 },
    { names: ["fraction"], factor: 100 },
  ],
  [
    { names: ["hPa", "mbar", "mb", "millibar"], factor: 1 },
    { names: ["Pa"], factor: 0.01 },
    { names: ["kPa"], factor: 10 },
    { names: ["bar"], factor: 1000 },
    { names: ["psi"], factor: 68.947572931783 },
    { names: ["inHg"], factor: 33.8638866667 },
    { names: ["mmHg", "Torr"], factor: 1.33322387415 },
    { names: ["atm"], factor: 1013.25 },
  ],
  [
    { names: ["km/h", "kmh", "kph"], factor: 1 },
    { names: ["m/s", "mps"], factor: 3.6 },
    { names: ["mph", "mi/h"], factor: 1.609344 },
    { names: ["kn", "kt", "knots"], factor: 1.852 },
  ],
  [
    { names: ["V", "volt", "volts"], factor: 1 },
    { names: ["mV"], factor: 0.001 },
    { names: ["kV"], factor: 1000 },
  ],
  [
    { names: ["A", "ampere", "amperes", "amps"], factor: 1 },
    { names: ["mA"], factor: 0.001 },
  ],
  [
    { names: ["W", "watt", "watts"], factor: 1 },
    { names: ["mW"], factor: 0.001 },
    { names: ["kW"], factor: 1000 },
  ],
  [
    { names: ["m", "metre", "metres", "meter", "meters"], factor: 1 },
    { names: ["mm"], factor: 0.001 },
    { names: ["cm"], factor: 0.01 },
    { names: ["km"], factor: 1000 },
    { names: ["ft", "feet"], factor: 0.3048 },
    { names: ["mi", "miles"], factor: 1609.344 },
  ],
  [
    { names: ["L", "l", "litre", "litres", "liter", "liters"], factor: 1 },
    { names: ["gal", "gallons"], factor: 3.785411784 },
  ],
  [
    { names: ["kg"], factor: 1 },
    { names: ["g"], factor: 0.001 },
    { names: ["lb", "lbs"], factor: 0.45359237 },
  ],
  [
    { names: ["°", "deg", "degree", "degrees"], factor: 1 },
    { names: ["rad", "radians"], factor: 57.29577951308232 },
  ],
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

/** A number of one unit as a number of another. */
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
