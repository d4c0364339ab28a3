import type { Note } from "./decision";

/** What an alert says of the gate, one sentence each; empty if it has nothing to say. `of` is what the gate decides about. */
export function describeNote(
  { muted, deviceMutedUntil, allMutedUntil }: Note,
  of = "reading",
): string[] {
  const sentences: string[] = [];
  if (muted > 0)
    sentences.push(
      `${muted} more ${muted === 1 ? `${of} was` : `${of}s were`} muted since the last alert of this device.`,
    );
  if (deviceMutedUntil !== undefined)
    sentences.push(
      `This device is muted until ${clock(deviceMutedUntil)}: its alerts for this hour are used up.`,
    );
  if (allMutedUntil !== undefined)
    sentences.push(
      `All devices are muted until ${clock(allMutedUntil)}: the alerts for this hour are used up.`,
    );
  return sentences;
}

/** The same for a text message. */
export function describeNoteShortly({ muted, deviceMutedUntil, allMutedUntil }: Note): string[] {
  const sentences: string[] = [];
  if (deviceMutedUntil !== undefined)
    sentences.push(`Muted until ${clock(deviceMutedUntil).slice(11)}`);
  if (allMutedUntil !== undefined)
    sentences.push(`All muted until ${clock(allMutedUntil).slice(11)}`);
  if (muted > 0) sentences.push(`${muted} more were muted`);
  return sentences;
}

/** `2026-11-24 15:00 UTC` */
const clock = (time: number): string =>
  `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`;
