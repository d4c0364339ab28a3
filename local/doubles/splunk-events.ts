import { isObject, parseJson, type Json } from "../services/delivery/json";

/** An event that the collector has accepted. */
export interface SplunkEvent {
  time: number;
  host: string;
  source: string;
  sourcetype: string;
  index: string;
  event: Json;
  fields: Record<string, string>;
}

/** What the collector refuses a request for: Splunk's code and text, and the position of the event. */
export interface Fault {
  status: number;
  code: number;
  text: string;
  "invalid-event-number"?: number;
}

const fault = (code: number, text: string, position?: number): Fault => ({
  ...{ status: 400, code, text },
  ...(position !== undefined && { "invalid-event-number": position }),
});

/**
 * Reads the body of a request: event objects, one after the other, with or without space between them. An array is no event.
 * @see https://docs.splunk.com/Documentation/Splunk/latest/Data/FormateventsforHTTPEventCollector
 */
export function readEvents(
  body: string,
  { indexes, now }: { indexes: readonly string[]; now: number },
): SplunkEvent[] | Fault {
  if (body.trim() === "") return fault(5, "No data");
  const events: SplunkEvent[] = [];
  for (let rest = body.trim(); rest !== "";) {
    const position = events.length;
    const length = lengthOfObject(rest);
    const value = length === undefined ? undefined : parseJson(rest.slice(0, length));
    if (!isObject(value)) return fault(6, "Invalid data format", position);
    const read = eventOf(value, { indexes, now }, position);
    if ("code" in read) return read;
    events.push(read);
    rest = rest.slice(length).trimStart();
  }
  return events;
}

function eventOf(
  value: Record<string, Json>,
  { indexes, now }: { indexes: readonly string[]; now: number },
  position: number,
): SplunkEvent | Fault {
  const { event, fields = {}, time = now / 1000, index = indexes[0] ?? "main" } = value;
  const { host = "", source = "", sourcetype = "" } = value;
  if (event === undefined) return fault(12, "Event field is required", position);
  if (event === null || event === "") return fault(13, "Event field cannot be blank", position);
  const texts = [host, source, sourcetype, index];
  const seconds = typeof time === "string" ? Number(time) : time;
  if (!texts.every((text) => typeof text === "string") || typeof seconds !== "number")
    return fault(6, "Invalid data format", position);
  if (!Number.isFinite(seconds)) return fault(6, "Invalid data format", position);
  if (!indexes.includes(index as string)) return fault(7, "Incorrect index", position);
  if (!isObject(fields) || !Object.values(fields).every((field) => typeof field === "string"))
    return fault(15, "Error in handling indexed fields", position);
  const [h = "", s = "", type = "", into = ""] = texts;
  return {
    ...{ time: seconds, host: h, source: s, sourcetype: type, index: into, event },
    fields: fields as Record<string, string>,
  };
}

/** The characters of the JSON object at the beginning of a text; undefined if none begins there or it does not end. */
function lengthOfObject(text: string): number | undefined {
  if (!text.startsWith("{")) return undefined;
  let depth = 0;
  let inText = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inText) {
      if (character === "\\") at += 1;
      else if (character === '"') inText = false;
    } else if (character === '"') inText = true;
    else if (character === "{" || character === "[") depth += 1;
    else if (character === "}" || character === "]") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}
