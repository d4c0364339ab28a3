import type { Reading } from "./reading";

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
  /** After the device's name: `reports a critical state`. */
  happened: string;
}

const critical: Occasion = { title: "Critical", happened: "reports a critical state" };

/** Writes of a reading what a person has to know: which device, what it says, its values, and when. */
export function writeAlert(reading: Reading, { title, happened }: Occasion = critical): Alert {
  const { deviceId, temperature, humidity, pressure } = reading;
  const at = `${new Date(reading.timestamp).toISOString().replace("T", " ").replace("Z", "")} UTC`;
  const said = plain(reading.message ?? "");
  const values = `${temperature} °C, ${humidity} % humidity, ${pressure} hPa`;
  const email = [
    `Device ${deviceId} ${happened}${said ? `: ${said}` : "."}`,
    "",
    `Measured ${values}.`,
    `Time: ${at}.`,
  ].join("\n");
  const sms = cut(
    `${deviceId} ${title.toLowerCase()}: ${temperature} C, ${at.slice(0, 16)} UTC${said ? `. ${gsm(said)}` : ""}`,
  );
  return {
    subject: cut(`${title}: device ${deviceId}`, 99),
    message: JSON.stringify({ default: email, email, sms, https: JSON.stringify(reading) }),
  };
}

/** One line without control characters, which could forge lines of a mail. */
const plain = (text: string): string =>
  text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, " ").trim();

/** A character outside the GSM alphabet would halve the length of a text message; ASCII is the safe part of it. */
const gsm = (text: string): string => text.replace(/[^\x20-\x5a\x5f\x61-\x7a]/g, "?");

const cut = (text: string, longest = longestText): string =>
  text.length > longest ? `${text.slice(0, longest - 3)}...` : text;
