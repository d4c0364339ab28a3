import { wellArchitected } from "../../frameworks";
import type { ResourceRule } from "../../rule";
import type { Place } from "../../stack/place";
import { caughtBy, workflowStates } from "../../stack/workflow-tasks";

/** A failed execution retains its input only in the execution history, for 90 days. */
export const requireCatch: ResourceRule = {
  name: "sfn-workflow-require-catch",
  displayName: "Workflows catch the errors of their tasks",
  description:
    "Every task has a timeout and retries, and catches all errors, unless it is itself the target of a Catch.",
  area: "failure paths",
  severity: "high",
  recommended: {
    level: "advisory",
    because: "Some workflows fail by design and are monitored externally.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    'Give every Task TimeoutSeconds, Retry, and Catch on ["States.ALL"] with a Next that sends the input to a queue. A task that is the target of a Catch requires only the first two.',
  url: "https://docs.aws.amazon.com/step-functions/latest/dg/concepts-error-handling.html",
  types: ["aws:sfn/stateMachine:StateMachine"],
  check(resource, report) {
    const definition = resource.inputs.at("definition");
    if (definition.text() === undefined) return;
    const states = workflowStates(resource);
    if (states.length === 0)
      return report(
        "Has a definition that is not a JSON object with States: set definition to an Amazon States Language document.",
      );
    const caught = caughtBy(states);
    for (const { name, state } of states) {
      const type = state.at("Type").text();
      if (!["Task", "Map", "Parallel"].some((one) => one === type)) continue;
      const isTask = type === "Task";
      if (isTask && !state.at("TimeoutSeconds").given && !state.at("TimeoutSecondsPath").given)
        report(`State ${name} has no timeout: set TimeoutSeconds.`);
      if (isTask && state.at("Retry").items().length === 0)
        report(`State ${name} does not retry on errors: set Retry.`);
      if (!catchesAll(state) && !caught.has(name))
        report(`State ${name} does not catch every error: set Catch on States.ALL.`);
    }
  },
};

const catchesAll = (state: Place): boolean =>
  state
    .at("Catch")
    .items()
    .some((one) => one.at("ErrorEquals").texts().includes("States.ALL"));
