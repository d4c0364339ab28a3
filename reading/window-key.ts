/** The sort key of a stored window: its field, and its start in 13 digits, which every time from 2001 to 2286 has. */
export const windowKeyName = "windowKey";

const digits = 13;
const lastTime = 10 ** digits - 1;

/** The key of the window of a field that begins at a time, in ms since the epoch. */
export const windowKeyOf = (field: string, start: number): string =>
  `${field}#${String(Math.min(Math.max(start, 0), lastTime)).padStart(digits, "0")}`;
