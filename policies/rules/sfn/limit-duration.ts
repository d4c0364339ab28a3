import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import { longestSeconds } from "../../stack/workflow-duration";

/** @see https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html */
const longestExpress = 300;

/** An execution that times out as a whole runs no Catch, and an Express execution keeps its input nowhere. */
export const limitDuration: ResourceRule = {
  name: "sfn-workflow-limit-duration",
  displayName: "Workflows end before they time out",
  description:
    "The longest execution, with all timeouts and retries, ends before the workflow times out, which an Express workflow does after 300 seconds.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "mandatory",
    because: "An execution that times out skips every Catch, so its input reaches no queue.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Lower TimeoutSeconds and MaxAttempts of the tasks, or raise TimeoutSeconds of the definition. Use a Standard workflow for more than 300 seconds.",
  url: "https://docs.aws.amazon.com/step-functions/latest/dg/choosing-workflow-type.html",
  types: ["aws:sfn/stateMachine:StateMachine"],
  check(resource, report) {
    const definition = resource.inputs.at("definition");
    if (definition.text() === undefined) return;
    const isExpress = resource.inputs.at("type").text() === "EXPRESS";
    const machine = definition.json();
    const longest = longestSeconds(machine);
    const own = machine.at("TimeoutSeconds").number() ?? Infinity;
    const limit = isExpress ? Math.min(own, longestExpress) : own;
    if (longest === undefined) {
      if (isExpress)
        report.undecided(
          "Is an Express workflow whose definition does not say how long an execution can take.",
        );
      return;
    }
    if (longest < limit || limit === Infinity) return;
    // A Standard workflow may wait for something in a loop until it times out.
    const tell = longest === Infinity && !isExpress ? report.advise : report;
    const takes = longest === Infinity ? "Can run in a loop" : `Can take ${longest} s`;
    const ends = limit === own ? "TimeoutSeconds" : "Step Functions";
    const instead = isExpress
      ? "use a Standard workflow"
      : "raise TimeoutSeconds of the definition";
    tell(
      `${takes}, and ${ends} ends an execution after ${limit} s without a Catch: lower TimeoutSeconds and MaxAttempts of its tasks, or ${instead}.`,
    );
  },
};
