import { serviceError } from "./service-error";

/** A value that a template yielded, if the service knows it; the emulator takes any. */
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
