import { wellArchitected } from "../../frameworks";
import { runtimes } from "../../lifecycle";
import type { ResourceRule } from "../../rule";

/** AWS blocks updates of such functions some months later. */
export const forbidEndingRuntimes: ResourceRule = {
  name: "lambda-function-forbid-ending-runtimes",
  displayName: "Functions run on what AWS supports",
  description: "Every function names a runtime that AWS supports for three more months at least.",
  area: "lifecycle",
  severity: "medium",
  recommended: {
    level: "advisory",
    because: "The function still runs for a time.",
  },
  framework: wellArchitected.vulnerabilities,
  remediationSteps: "Set runtime to the newest that is generally available, such as nodejs24.x.",
  url: "https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html",
  types: ["aws:lambda/function:Function"],
  check({ inputs }, report) {
    const runtime = inputs.at("runtime").text();
    for (const [, end] of Object.entries(runtimes).filter(([name]) => name === runtime))
      if (end === "preview")
        report(`Runs on ${runtime}, which AWS offers as a preview: take one that it supports.`);
      else if (end < inThreeMonths())
        report(`Runs on ${runtime}, which AWS supports until ${end}: take a newer one.`);
  },
};

const inThreeMonths = (): string =>
  new Date(Date.now() + 90 * 86_400_000).toISOString().slice(0, 10);
