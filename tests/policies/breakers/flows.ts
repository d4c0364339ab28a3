import { without, redrive, admission } from "./breaking";
import { set, type Breaker } from "../sabotage";

export const ofFlows: Breaker[] = [
  without(
    "aws:cloudwatch/eventTarget:EventTarget",
    "deadLetterConfig",
    ["events-target-require-dead-letter-queue"],
    [redrive, admission],
  ),
  without("aws:cloudwatch/eventTarget:EventTarget", "retryPolicy", [
    "events-target-require-retry-policy",
  ]),
  without("aws:pipes/pipe:Pipe", "description", ["aws-resource-require-description"]),
  ...["Catch", "Retry", "TimeoutSeconds"].map((field): Breaker => ({
    what: `has a task without ${field}`,
    type: "aws:sfn/stateMachine:StateMachine",
    change: (inputs) => {
      const definition = JSON.parse(String(inputs.definition)) as {
        States: Record<string, Record<string, unknown>>;
      };
      const task = Object.values(definition.States).find((state) => state[field] !== undefined);
      delete task?.[field];
      return set(inputs, "definition", JSON.stringify(definition));
    },
    rules: ["sfn-workflow-require-catch"],
  })),
];
