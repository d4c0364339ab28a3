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
  {
    what: "times out before its tasks do",
    type: "aws:sfn/stateMachine:StateMachine",
    change: (inputs) => {
      const definition = JSON.parse(String(inputs.definition)) as object;
      return set(inputs, "definition", JSON.stringify({ ...definition, TimeoutSeconds: 300 }));
    },
    rules: ["sfn-workflow-limit-duration"],
  },
  {
    what: "is an Express workflow with the timeouts of a Standard one",
    type: "aws:sfn/stateMachine:StateMachine",
    change: (inputs) => set(inputs, "type", "EXPRESS"),
    rules: ["sfn-workflow-limit-duration"],
  },
  {
    what: "requires authorization for preflight requests",
    type: "aws:apigatewayv2/route:Route",
    change: (inputs) =>
      inputs.routeKey === "OPTIONS /{proxy+}"
        ? set(inputs, "authorizationType", "AWS_IAM")
        : undefined,
    rules: ["apigatewayv2-api-require-preflight"],
  },
];
