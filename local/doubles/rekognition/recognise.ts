import type { Pixels } from "./decode";
import { palette } from "./palette";

/** A label as DetectLabels answers it. */
export interface FoundLabel {
  Name: string;
  /** In percent. */
  Confidence: number;
}

/** How far a colour may be from that of a thing, in each channel: the compression of a JPEG changes colours. */
const tolerance = 24;
/** The share of an image that a thing must cover. */
const leastShare = 0.005;

/**
 * Labels an image by the colours that it has: a thing is more certain the more of the image it covers. The same image has the same labels;
 * there is no model behind it.
 */
export function recognise({ width, height, data }: Pixels): FoundLabel[] {
  const counts = new Map<string, number>();
  for (let at = 0; at < data.length; at += 4)
    for (const [name, colour] of Object.entries(palette))
      if (
        colour.every((value, channel) => Math.abs(value - (data[at + channel] ?? 0)) <= tolerance)
      )
        counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts]
    .map(([Name, count]) => ({ Name, share: count / (width * height) }))
    .filter(({ share }) => share >= leastShare)
    .map(({ Name, share }) => ({
      Name,
      Confidence: Math.round(1e4 * Math.min(99.9, 60 + 400 * share)) / 1e4,
    }))
    .sort((a, b) => b.Confidence - a.Confidence || (a.Name < b.Name ? -1 : 1));
}
