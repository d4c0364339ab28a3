import type { ReasonCount } from "../audit/reasons";

const longest = 200;

/**
 * A line for each reason; with the command that shows the messages while the run continues. After it, the part is named for messages that
 * were set aside only, since integrations share the quarantine.
 */
export function renderReasons(reasons: readonly ReasonCount[], isOver: boolean): string[] {
  return reasons.map(({ what, count, reason, detail, part }) => {
    const ended = what === "set aside" ? ` (in ${part})` : "";
    const where = isOver ? ended : ` (npm run inspect -- ${part})`;
    const why = detail === "" ? reason : `${reason}: ${detail}`;
    const text = why.length > longest ? `${why.slice(0, longest)}…` : why;
    return `${count.toLocaleString("en")} ${what}${where}: ${text}`;
  });
}
