import type { Definition } from "./definition";
import { definition } from "./fields";

const levels = ["critical", "warning", "good"] as const;

/** How serious a reading is. */
export type Level = (typeof levels)[number];

/** The level of a message's values; undefined if its definition declares no severity or gives the value no level. */
export function levelOf(values: object, { severity }: Definition = definition): Level | undefined {
  if (!severity) return undefined;
  const value = (values as Record<string, unknown>)[severity.field];
  return levels.find((level) => severity[level].some((one) => one === value));
}
