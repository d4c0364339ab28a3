import type { DeviceMessage } from "./message";
import { createRandom, type Random } from "./random";

/** Of messages of telemetry after which their device sends a log message. */
const share = 0.1;

/** A note of an operator, or of a device. Without `language`, it has to be detected. */
interface Note {
  text: string;
  language?: string;
}

/** Long enough that the language can be told from each. */
const notes: readonly [Note, ...Note[]] = [
  { text: "The pump failed again, this is terrible and dangerous.", language: "en" },
  { text: "The bearing is broken and the noise is awful, please send help." },
  { text: "Great, the new valve works perfectly, thank you!", language: "en-GB" },
  { text: "It is an excellent pump, quiet and reliable, thank you." },
  { text: "Routine check of the valve at noon on Monday.", language: "en" },
  { text: "Call Maria Lopez at maria.lopez@example.com about the broken seal.", language: "en" },
  { text: "Der Motor ist schon wieder kaputt, das ist schrecklich und gefährlich." },
  { text: "Sehr gut, die neue Pumpe läuft wunderbar, vielen Dank!", language: "de" },
  { text: "La bomba falló otra vez, es terrible y peligroso." },
  { text: "Excelente, la válvula nueva funciona muy bien, gracias.", language: "es" },
  { text: "La pompe est encore en panne, c'est terrible et dangereux." },
  { text: "ポンプがまた故障しました。とても危険です。" },
];

/** More bytes than Comprehend takes of a document, in characters of two and four bytes. */
const long: Note = { text: `Very good. ${"Ärger über Ärger 🛠 ".repeat(300)}`, language: "de" };

/** What goes wrong, by a word for each. */
const faults: Record<string, (time: number) => string> = {
  "empty text": (timestamp) => JSON.stringify({ timestamp, text: " " }),
  "no text": (timestamp) => JSON.stringify({ timestamp }),
  "not JSON": (timestamp) => `${timestamp} pump started`,
  "unsupported language": (timestamp) =>
    JSON.stringify({ timestamp, text: "De pomp is weer kapot.", language: "nl" }),
  "language that is detected and unsupported": (timestamp) =>
    JSON.stringify({ timestamp, text: "Pumpen gick sönder igen, det här är fruktansvärt." }),
};

/**
 * The messages of a load, with log messages of the same devices between them: notes in several languages, some invalid, some repeated. The
 * same arguments give the same bytes.
 */
export async function* withLogs(
  load: Iterable<DeviceMessage> | AsyncIterable<DeviceMessage>,
  { seed, startedAt }: { seed: number; startedAt: number },
): AsyncGenerator<DeviceMessage> {
  const random = createRandom(seed);
  const clocks = new Map<string, number>();
  const last = new Map<string, DeviceMessage>();
  for await (const message of load) {
    yield message;
    if (random.next() >= share) continue;
    const { deviceId, at } = message;
    const repeated = last.get(deviceId);
    if (repeated && random.next() < 0.1) {
      yield { ...repeated, kind: "log, repetition", at };
      continue;
    }
    // No two log messages of a device have the same time, so that each has an id of its own.
    const time = Math.max(startedAt + Math.floor(at), (clocks.get(deviceId) ?? -Infinity) + 1);
    clocks.set(deviceId, time);
    const made: DeviceMessage = { deviceId, channel: "logs", at, ...make(random, time) };
    last.set(deviceId, made);
    yield made;
  }
}

function make(random: Random, timestamp: number): Pick<DeviceMessage, "payload" | "kind"> {
  if (random.next() < 0.2) {
    const [fault, spoil] = random.pick(Object.entries(faults) as [Fault, ...Fault[]]);
    return { payload: Buffer.from(spoil(timestamp)), kind: `log, invalid, ${fault}` };
  }
  const note = random.next() < 0.02 ? long : random.pick(notes);
  return { payload: Buffer.from(JSON.stringify({ timestamp, ...note })), kind: "log" };
}

type Fault = [string, (time: number) => string];
