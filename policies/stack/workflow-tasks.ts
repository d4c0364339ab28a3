import { arnParts, type Kind } from "./names";
import type { Place } from "./place";
import type { Resource } from "./resource";

/** A state of a workflow, at any depth, and its name. */
export interface WorkflowState {
  name: string;
  state: Place;
}

/** All states of a state machine, including the states in its branches and maps. */
export const workflowStates = ({ inputs }: Resource): WorkflowState[] =>
  statesIn(inputs.at("definition").json(), 0);

function statesIn(machine: Place, depth: number): WorkflowState[] {
  const states = machine.at("States");
  // Deeper than any practical definition. The limit stops the traversal of extremely deep definitions.
  if (depth > 20 || states.isUnknown) return [];
  return states.keys().flatMap((name) => {
    const state = states.at(name);
    return [
      { name, state },
      ...[
        ...state.at("Branches").members(),
        state.at("ItemProcessor"),
        state.at("Iterator"),
      ].flatMap((inner) => statesIn(inner, depth + 1)),
    ];
  });
}

/** The resource that a task of a workflow uses. */
export interface WorkflowTask {
  place: Place;
  kind: Kind;
  /** True if a Catch leads to the task: it receives the input of failed states. */
  setsAside: boolean;
}

/** The resources that the tasks of a workflow use, of the kinds that this pack supports. */
export function workflowTasks(machine: Resource): WorkflowTask[] {
  const states = workflowStates(machine);
  const caught = caughtBy(states);
  return states
    .filter(({ state }) => state.at("Type").peek() === "Task")
    .flatMap(({ name, state }) => {
      const task = workedOn(state);
      return task?.place.given ? [{ ...task, setsAside: caught.has(name) }] : [];
    });
}

/** The names of the states to which a Catch leads. */
export const caughtBy = (states: WorkflowState[]): Set<string> =>
  new Set(
    states.flatMap(({ state }) =>
      state
        .at("Catch")
        .members()
        .flatMap((one) => one.at("Next").peek() ?? []),
    ),
  );

/** The optimized integrations of Step Functions, and the argument that names the resource of each. */
const integrations: { api: string; argument: string; kind: Kind }[] = [
  { api: ":states:::lambda:invoke", argument: "FunctionName", kind: "function" },
  { api: ":states:::sqs:sendMessage", argument: "QueueUrl", kind: "queue" },
  { api: ":states:::sns:publish", argument: "TopicArn", kind: "topic" },
];

function workedOn(state: Place): Omit<WorkflowTask, "setsAside"> | undefined {
  const resource = state.at("Resource").peek();
  if (resource === undefined) return undefined;
  const known = integrations.find(({ api }) => resource.includes(api));
  // JSONPath states use Parameters; JSONata states use Arguments.
  const given = ["Parameters", "Arguments"].map((name) => state.at(name)).find((one) => one.given);
  if (known) return given && { place: given.at(known.argument), kind: known.kind };
  return arnParts(resource)?.service === "lambda"
    ? { place: state.at("Resource"), kind: "function" }
    : undefined;
}
