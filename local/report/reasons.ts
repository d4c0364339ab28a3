import type { ReasonCount } from "../audit/reasons";

const longest = 200;

/** A line for each reason; with the command that shows the messages while the run continues. */
export function renderReasons(reasons: readonly ReasonCount[], isOver: boolean): string[] {
  return reasons.map(({ what, count, reason, detail, part }) => {
    const command = isOver ? `in ${part}` : `npm run inspect -- ${part}`;
    const why = detail === "" ? reason : `${reason}: ${detail}`;
    const text = why.length > longest ? `${why.slice(0, longest)}…` : why;
    return `${count.toLocaleString("en")} ${what} (${command}): ${text}`;
  });
}
