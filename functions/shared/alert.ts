import type { Definition } from "../../reading/definition";
import { definition } from "../../reading/fields";
import type { Reading } from "../../reading/reading";
import { describeValues, remarkOf } from "../../reading/text";

/** An alert as SNS's message structure: a text per protocol. */
export interface Alert {
  /** For mail: ASCII, no control characters, fewer than 100. */
  subject: string;
  /** JSON with `default`, `email`, `sms` and `https`. */
  message: string;
}

/** Characters of one text message in the GSM alphabet. */
const longestText = 140;

/** What an alert is about, for its subject and its first line. */
export interface Occasion {
  /** One word: `Critical`. */
  title: string;
  /** Follows the device's name: `reports a critical state`. */
  happened: string;
  /** Follows in turn; what the device itself says if left out. */
  said?: string;
}

const critical: Occasion = { title: "Critical", happened: "reports a critical state" };

/** Writes an alert for people: which device, what happened, its values with their units, and when. */
export function writeAlert(
  reading: Reading,
  { title, happened, said: given }: Occasion = critical,
  of: Definition = definition,
): Alert {
  const { deviceId } = reading;
  const said = given ?? remarkOf(reading, of);
  const at = `${new Date(reading.timestamp).toISOString().replace("T", " ").replace("Z", "")} UTC`;
  const words = plain(said ?? "");
  const values = describeValues(reading, of);
  const email = [
    `Device ${deviceId} ${happened}${words ? `: ${words}` : "."}`,
    "",
    values.length > 0 ? `Measured ${values.join(", ")}.` : "Measured nothing.",
    `Time: ${at}.`,
  ].join("\n");
  const [first] = values;
  const short = [
    ...(first === undefined ? [] : [gsm(asciiUnits(first))]),
    `${at.slice(0, 16)} UTC`,
  ].join(", ");
  const sms = cut(`${deviceId} ${title.toLowerCase()}: ${short}${words ? `. ${gsm(words)}` : ""}`);
  const https = JSON.stringify({
    ...reading,
    ...(of.remark !== undefined && said !== undefined && { [of.remark]: said }),
  });
  return {
    subject: cut(`${title}: device ${deviceId}`, 99),
    message: JSON.stringify({ default: email, email, sms, https }),
  };
}

/** One line without control characters, which could forge lines of a mail. */
const plain = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();

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

const cut = (text: string, longest = longestText): string =>
  text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
