import { wellArchitected } from "../../frameworks";
import { integer } from "../../parameters";
import type { StackRule } from "../../rule";
import { edgesOf } from "../../stack/edges";
import { sourceOf } from "../../stack/mapping-source";

/** For a backlog, Lambda scales consumers up to the concurrency limit of the account, which can overload downstream services. */
export const requireConcurrencyCap: StackRule = {
  name: "lambda-mapping-require-concurrency-cap",
  displayName: "Consumers of a queue have a concurrency limit",
  description:
    "Every event source mapping of a queue limits the concurrency of its function, unless the function reserves concurrency.",
  area: "scalability",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "The concurrency limit of the account also applies.",
  },
  framework: wellArchitected.limitRetries,
  remediationSteps:
    "Set scalingConfig.maximumConcurrency to 2 or more, within the capacity of the downstream services; if the function has several event sources, set its reservedConcurrentExecutions.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html",
  parameters: {
    mostAtOnce: integer("Maximum number of concurrent instances of one function for a queue.", {
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
      // 0 stops the function; -1 means no limit.
      const reserved = behind?.inputs.at("reservedConcurrentExecutions");
      const places = reserved?.given && reserved.number() !== -1 ? [own, reserved] : [own];
      if (places.filter((one) => !one.isKnown()).length > 0) continue;
      const limits = places.flatMap((one) => one.number() ?? []);
      if (limits.length === 0)
        report(
          by,
          "Can use all unreserved concurrency of the account: set scalingConfig.maximumConcurrency.",
        );
      else if (Math.min(...limits) > mostAtOnce)
        report(
          by,
          `Runs ${Math.min(...limits)} concurrent instances of its function: set scalingConfig.maximumConcurrency to ${mostAtOnce} or less.`,
        );
    }
  },
};
