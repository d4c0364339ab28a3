import { serviceError } from "./service-error";

/** The result of a template, if it is one of the service's values; the emulator accepts any. */
export function oneOf<Value extends string>(
  known: Record<string, Value>,
  setting: string,
  text: string,
): Value {
  const values = Object.values(known);
  const value = values.find((one) => one === text);
  if (value !== undefined) return value;
  throw serviceError(
    "ValidationError",
    `The ${setting} is '${text}'; it has to be one of ${values.join(", ")}.`,
  );
}
