/** One reason why AWS would refuse a request: the parameter and its fault. */
export interface Finding {
  /** Path below the operation's input: `topicRulePayload.actions[0].sqs.queueUrl`. */
  parameter: string;
  /** The rest of a sentence that begins with the parameter, without the full stop. */
  fault: string;
}

/** A parameter whose value breaks a constraint. */
export function breach(parameter: string, shown: string, constraint: string): Finding {
  return { parameter: parameter || "the input", fault: `is ${shown}, but must ${constraint}` };
}

/** Formats a value for a message: short, and never a sensitive one. */
export function show(value: unknown, sensitive = false): string {
  if (sensitive) return "a sensitive value";
  if (value instanceof Uint8Array) return `${value.byteLength} bytes`;
  if (value instanceof Date) return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) {
    return `an object with ${shorten(Object.keys(value).join(", "), 60) || "nothing"}`;
  }
  return shorten(typeof value === "string" ? JSON.stringify(value) : String(value), 60);
}

/** Keeps the beginning of a text. */
export function shorten(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}

/** Lists the first names, and how many there are. */
export function enumerate(names: string[]): string {
  const shown = names.filter((_, index) => names.slice(0, index + 1).join(", ").length <= 120);
  const all = shown.length === names.length;
  return all ? shown.join(", ") : `${shown.join(", ")} … (${names.length} in all)`;
}
