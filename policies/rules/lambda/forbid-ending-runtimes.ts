import { wellArchitected } from "../../frameworks";
import { runtimes } from "../../lifecycle";
import type { ResourceRule } from "../../rule";

/** AWS blocks updates of functions with a deprecated runtime some months after the deprecation. */
export const forbidEndingRuntimes: ResourceRule = {
  name: "lambda-function-forbid-ending-runtimes",
  displayName: "Functions use supported runtimes",
  description: "Every function uses a runtime that AWS supports for at least three more months.",
  area: "lifecycle",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "The function continues to run after the deprecation of its runtime.",
  },
  framework: wellArchitected.vulnerabilities,
  remediationSteps: "Set runtime to the newest generally available version, such as nodejs24.x.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
  types: ["aws:lambda/function:Function"],
  check({ inputs }, report) {
    const runtime = inputs.at("runtime").text();
    for (const [, end] of Object.entries(runtimes).filter(([name]) => name === runtime))
      if (end === "preview")
        report(`Runs on ${runtime}, which is a preview: use a supported runtime.`);
      else if (end < inThreeMonths())
        report(`Runs on ${runtime}, which AWS supports until ${end}: use a newer runtime.`);
  },
};

const inThreeMonths = (): string =>
  new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
