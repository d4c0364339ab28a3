import { serviceError } from "./service-error";

const mostDigits = 38;
const largestExponent = 125;
const smallestExponent = -130;

/**
 * A text that a rule sends as a number, if DynamoDB accepts it: JSON notation, up to 38 significant digits, magnitudes from
 * 1E-130 to 9.9E125. The emulator accepts any number.
 * @see https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html#HowItWorks.DataTypes.Number
 */
export function dynamodbNumber(json: string): string {
  const parts = /^-?(\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(json);
  if (!parts) throw refusal(`The parameter cannot be converted to a numeric value: ${json}`);
  const [, whole = "", fraction = "", power = "0"] = parts;
  const digits = `${whole}${fraction}`;
  const significant = digits.replace(/^0+|0+$/g, "");
  if (significant === "") return json;
  if (significant.length > mostDigits)
    throw refusal("Attempting to store more than 38 significant digits in a Number");
  const first = digits.search(/[1-9]/);
  const exponent = whole.length - 1 - first + Number(power);
  if (exponent > largestExponent)
    throw refusal(
      "Number overflow. Attempting to store a number with magnitude larger than supported range",
    );
  if (exponent < smallestExponent)
    throw refusal(
      "Number underflow. Attempting to store a number with magnitude smaller than supported range",
    );
  return json;
}

const refusal = (message: string): Error => serviceError("ValidationException", message);
