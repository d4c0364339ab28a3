import { inspect } from "node:util";
import { printError } from "../../operations/print";
import type { Request } from "../command-line";
import type { Ending } from "../session";
import type { Progress } from "./progress";

/** Reports how a run ended and returns its exit code: 0 if all is well, 1 for a failure or an audit with losses. */
export function reportEnding(
  { say }: Progress,
  ending: Ending | { kind: "over"; code: number },
  { once, verbose }: Request,
): number {
  switch (ending.kind) {
    case "over":
      return ending.code;
    case "interrupted":
      say(once ? "Stopped before the audit." : "Stopped.");
      return once ? 1 : 0;
    case "failed":
      printError(verbose ? inspect(ending.error) : ending.error.message);
      return 1;
  }
}
