import type { Output } from "./screen";

/** What a terminal showed while a command ran. */
export interface Recording {
  command: string;
  /** Characters in a line. */
  width: number;
  outputs: readonly Output[];
}

/** A recording as a file of asciinema. @see https://docs.asciinema.org/manual/asciicast/v2/ */
export function castOf({ command, width, outputs }: Recording): string {
  const header = { version: 2, width, height: 60, command };
  const events = outputs.map(({ seconds, text }) => [Math.round(seconds * 1000) / 1000, "o", text]);
  return [header, ...events].map((line) => `${JSON.stringify(line)}\n`).join("");
}

/** The recording in a file of asciinema. Throws one sentence for any other text. */
export function recordingIn(cast: string): Recording {
  try {
    return recordingOf(cast);
  } catch {
    throw new Error(
      "The recording is not a file of asciinema: record it again with `npm run docs:recording`.",
    );
  }
}

function recordingOf(cast: string): Recording {
  const [header = "{}", ...events] = cast.trimEnd().split("\n");
  const { command, width } = JSON.parse(header) as { command: string; width: number };
  const outputs = events
    .map((event) => JSON.parse(event) as [number, string, string])
    .filter(([, kind]) => kind === "o")
    .map(([seconds, , text]) => ({ seconds, text }));
  return { command, width, outputs };
}
