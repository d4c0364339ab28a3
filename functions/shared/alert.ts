import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import type { Reading } from "../../reading/reading";
import { describeValues, remarkOf } from "../../reading/text";
import type { Note } from "./gate/decision";
import { describeNote, describeNoteShortly } from "./gate/note-text";
import { cutText, quotedText } from "./quoted-text";

/** An alert as SNS's message structure: a text per protocol. */
export interface Alert {
  /** For mail: ASCII, no control characters, fewer than 100. */
  subject: string;
  /** JSON with `default`, `email`, `sms` and `https`. */
  message: string;
}

/** Characters of one text message in the GSM alphabet. */
const longestText = 140;

/** What an alert quotes of a device at most, in characters. */
const longestQuote = 256;

/** What an alert is about, for its subject and its first line. */
export interface Occasion {
  /** One word: `Critical`. */
  title: string;
  /** Follows the device's name: `reports a critical state`. */
  happened: string;
  /** Sentences of this program that follow in turn; the device's own words, quoted, if left out. */
  because?: string;
}

const critical: Occasion = { title: "Critical", happened: "reports a critical state" };

export interface AlertArgs {
  /** @default a critical reading */
  occasion?: Occasion;
  /** What the gate says about further alerts. @default nothing */
  note?: Note;
}

/**
 * Writes an alert for people: which device, what happened, its values with their units, and when. A device's own text is quoted,
 * cleaned and cut (`quotedText`); the webhook's JSON has the reading with its texts cleaned in the same way.
 */
export function writeAlert(
  reading: Reading,
  { occasion = critical, note = { muted: 0 } }: AlertArgs = {},
  of: Definition = definition,
): Alert {
  const { deviceId } = reading;
  const { title, happened, because } = occasion;
  const at = `${new Date(reading.timestamp).toISOString().replace("T", " ").replace("Z", "")} UTC`;
  const said = quotedText(remarkOf(reading, of) ?? "", longestQuote);
  const values = describeValues(reading, of);
  const email = [
    `Device ${deviceId} ${happened}${because ? `: ${because}` : `.${said ? ` It says: "${said}"` : ""}`}`,
    "",
    values.length > 0 ? `Measured ${values.join(", ")}.` : "Measured nothing.",
    `Time: ${at}.`,
    ...describeNote(note),
  ].join("\n");
  const [first] = values;
  const facts = [
    ...(first === undefined ? [] : [gsm(asciiUnits(first))]),
    `${at.slice(0, 16)} UTC`,
  ].join(", ");
  const short = [`${deviceId} ${title.toLowerCase()}: ${facts}`, ...describeNoteShortly(note)];
  const sms = cutText(withQuote(short.join(". "), because ?? "", said), longestText);
  const https = JSON.stringify({
    ...withCleanTexts(reading, of),
    // With an underscore, which no field has in its name.
    ...(because !== undefined && { alert_reason: because }),
    ...(note.muted > 0 && { alert_muted: note.muted }),
    ...(note.deviceMutedUntil && { alert_device_muted_until: note.deviceMutedUntil }),
    ...(note.allMutedUntil && { alert_all_muted_until: note.allMutedUntil }),
  });
  return {
    subject: cutText(`${title}: device ${deviceId}`, 99),
    message: JSON.stringify({ default: email, email, sms, https }),
  };
}

/** A text message with as much of the reason or of the device's words as it has room for. */
function withQuote(text: string, because: string, said: string): string {
  if (because) return `${text}. ${gsm(because)}`;
  const room = longestText - text.length - 4;
  return said && room >= 8 ? `${text}. "${cutText(gsm(said), room)}"` : text;
}

const withCleanTexts = (reading: Reading, { fields }: Definition): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(reading).map(([name, value]) => [
      name,
      fields[name]?.type === "text" ? quotedText(String(value), longestQuote) : value,
    ]),
  );

/** A character outside the GSM alphabet would halve the length of a text message; ASCII is the safe part of it. */
const gsm = (text: string): string => text.replace(/[^\x20-\x5a\x5f\x61-\x7a]/g, "?");

/** Units as ASCII writes them: `71.3 C`, `4 m3`, `52.5 deg latitude`. */
const asciiUnits = (value: string): string =>
  value
    .replace(/°(?=[A-Z])/g, "")
    .replace(/°/g, "deg")
    .replace(/[µμ]/g, "u")
    .replace(/²/g, "2")
    .replace(/³/g, "3");
