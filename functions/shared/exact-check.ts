import type { Definition, NumberField } from "../../reading/definition";
import { demandOf, timeDemand } from "../../reading/schema";
import { invalid, type Invalid } from "./invalid";

/** A number as 0.<digits> × 10^<power>, without zeros at either end of the digits; 0 has none. */
interface Decimal {
  negative: boolean;
  digits: string;
  power: number;
}

interface Rule {
  /** What the number must be, in words. */
  demand: string;
  whole: boolean;
  /** Doubles, and the numbers that IoT SQL compares with. */
  bounds: readonly { bound: number; exact: Decimal; side: 1 | -1 }[];
}

/**
 * Makes the check of numbers that JavaScript rounds to a bound or to a whole number, such as 80.00000000000000001 and 1E-400. IoT SQL
 * compares all of their digits, so a valid double is not enough: without the check, the history would refuse the message and the callbacks
 * would not. `text` is JSON whose fields the schema accepts, and `value` what JavaScript reads in it. Few devices write so many digits, so
 * most messages cost one search.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-data-types.html
 */
export function createExactCheck({
  fields,
}: Definition): (text: string, value: unknown) => ({ ok: false } & Invalid) | undefined {
  const rules = new Map<string, Rule>([
    ["timestamp", { demand: timeDemand, whole: true, bounds: [] }],
    ...Object.entries(fields).flatMap(([name, field]): [string, Rule][] =>
      "least" in field ? [[name, ruleOf(field)]] : [],
    ),
  ]);
  const nothing = undefined;
  // A double has one decimal number of up to 15 digits, but for those that are too near to zero.
  const hasManyDigits = /\d[\d.]{15}|e-\d{3}/i;
  return (text, value) => {
    if (!hasManyDigits.test(text)) return nothing;
    const written = writtenNumbers(text);
    for (const [name, rule] of rules) {
      const number = written.get(name);
      if (number === nothing) continue;
      const read = (value as Record<string, number>)[name] as number;
      const reason = reasonOf(rule, read, decimalOf(number));
      if (reason)
        return invalid(reason, `${name} is ${shortened(number)}; it must be ${rule.demand}.`);
    }
    return nothing;
  };
}

function ruleOf(field: NumberField): Rule {
  const { least, most } = field;
  return {
    demand: demandOf(field),
    whole: field.type === "integer",
    bounds: [
      { bound: least, exact: decimalOf(String(least)), side: -1 },
      { bound: most, exact: decimalOf(String(most)), side: 1 },
    ],
  };
}

function reasonOf({ whole, bounds }: Rule, read: number, exact: Decimal) {
  if (whole && exact.digits.length > Math.max(exact.power, 0)) return "wrong-type";
  const beyond = bounds.some(
    (one) => one.bound === read && compare(exact, one.exact) * one.side > 0,
  );
  return beyond ? "out-of-range" : undefined;
}

/** The numbers that are members of a JSON object itself, as they are written; of members of one name, the last. */
function writtenNumbers(text: string): Map<string, string> {
  const numbers = new Map<string, string>();
  let depth = 0;
  let [name, last] = ["", ""];
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|[-+.\w]+|[[\]{}:]/g)) {
    if (token === "{" || token === "[") depth += 1;
    else if (token === "}" || token === "]") depth -= 1;
    else if (depth !== 1) continue;
    else if (token === ":") name = JSON.parse(last) as string;
    else if (token.startsWith('"')) last = token;
    else if (/\d/.test(token)) numbers.set(name, token);
  }
  return numbers;
}

/** AWS IoT SQL has no number nearer to zero than 1E-999; see the page above. */
const leastPower = -998;

function decimalOf(text: string): Decimal {
  const [number = "", exponent = "0"] = text.toLowerCase().split("e");
  const [whole = "", fraction = ""] = number.replace("-", "").split(".");
  const padded = whole + fraction;
  const digits = padded.replace(/^0+/, "");
  const power = whole.length - (padded.length - digits.length) + Number(exponent);
  const significant = digits.replace(/0+$/, "");
  if (significant === "" || power < leastPower) return { negative: false, digits: "", power: 0 };
  return { negative: number.startsWith("-"), digits: significant, power };
}

/** Below 0, 0 or above 0, as for a sort. */
function compare(left: Decimal, right: Decimal): number {
  const [a, b] = [signOf(left), signOf(right)];
  if (a !== b) return a - b;
  return (
    a *
    (left.power - right.power ||
      Number(left.digits > right.digits) - Number(left.digits < right.digits))
  );
}

const signOf = ({ negative, digits }: Decimal): number => (digits === "" ? 0 : negative ? -1 : 1);

const shortened = (number: string): string =>
  number.length > 64 ? `${number.slice(0, 61)}...` : number;
