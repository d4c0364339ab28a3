import { wellArchitected } from "../../frameworks";
import { integer } from "../../parameters";
import type { StackRule } from "../../rule";
import { edgesOf } from "../../stack/edges";
import { sourceOf } from "../../stack/mapping-source";

/** A backlog makes Lambda add consumers until the account has none left, and all of them meet what stands behind them at once. */
export const requireConcurrencyCap: StackRule = {
  name: "lambda-mapping-require-concurrency-cap",
  displayName: "Consumers of a queue have a limit",
  description:
    "A mapping of a queue says how many of its function run at once, unless the function itself does.",
  area: "scalability",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "The account limit caps concurrency too.",
  },
  framework: wellArchitected.limitRetries,
  remediationSteps:
    "Set scalingConfig.maximumConcurrency, 2 or more, to what stands behind the function can take; or reservedConcurrentExecutions of the function where several things invoke it.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
  parameters: {
    mostAtOnce: integer("How many of one function a queue may run at once.", {
      usually: 1_000,
      from: 2,
      to: 1_000,
    }),
  },
  checkStack(stack, report, { mostAtOnce }: { mostAtOnce: number }) {
    for (const { kind, by, toKind } of edgesOf(stack)) {
      if (kind !== "mapping" || (toKind ?? sourceOf(by.inputs)) !== "queue") continue;
      const own = by.inputs.at("scalingConfig", "maximumConcurrency");
      const behind = stack.referredTo(by, by.inputs.at("functionName"), "function");
      // 0 would stop the function, -1 is Lambda's word for no limit.
      const reserved = behind?.inputs.at("reservedConcurrentExecutions");
      const places = reserved?.given && reserved.number() !== -1 ? [own, reserved] : [own];
      if (places.filter((one) => !one.isKnown()).length > 0) continue;
      const limits = places.flatMap((one) => one.number() ?? []);
      if (limits.length === 0)
        report(
          by,
          "Runs as many of its function at once as the account has left: set scalingConfig.maximumConcurrency.",
        );
      else if (Math.min(...limits) > mostAtOnce)
        report(
          by,
          `Runs ${Math.min(...limits)} of its function at once: set scalingConfig.maximumConcurrency to ${mostAtOnce} or less.`,
        );
    }
  },
};
