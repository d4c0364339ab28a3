import { arnParts, type Kind } from "./names";
import type { Place } from "./place";
import type { Resource } from "./resource";

/** A state of a workflow, wherever it is nested, and its name. */
export interface WorkflowState {
  name: string;
  state: Place;
}

/** Every state of a state machine, those of its branches and its maps included. */
export const workflowStates = ({ inputs }: Resource): WorkflowState[] =>
  statesIn(inputs.at("definition").json(), 0);

function statesIn(machine: Place, depth: number): WorkflowState[] {
  const states = machine.at("States");
  // Deeper than anybody nests; a definition that is made to be deep ends here.
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

/** What a task of a workflow works on. */
export interface WorkflowTask {
  place: Place;
  kind: Kind;
  /** True if errors lead to it: it takes what others failed at. */
  setsAside: boolean;
}

/** What the tasks of a workflow work on, as far as that is something that others here work on too. */
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

/** The names of the states that errors lead to. */
export const caughtBy = (states: WorkflowState[]): Set<string> =>
  new Set(
    states.flatMap(({ state }) =>
      state
        .at("Catch")
        .members()
        .flatMap((one) => one.at("Next").peek() ?? []),
    ),
  );

/** Step Functions' own integrations, and which of their arguments names what they work on. */
const integrations: { api: string; argument: string; kind: Kind }[] = [
  { api: ":states:::lambda:invoke", argument: "FunctionName", kind: "function" },
  { api: ":states:::sqs:sendMessage", argument: "QueueUrl", kind: "queue" },
  { api: ":states:::sns:publish", argument: "TopicArn", kind: "topic" },
];

function workedOn(state: Place): Omit<WorkflowTask, "setsAside"> | undefined {
  const resource = state.at("Resource").peek();
  if (resource === undefined) return undefined;
  const known = integrations.find(({ api }) => resource.includes(api));
  // JSONPath states have Parameters, JSONata states Arguments.
  const given = ["Parameters", "Arguments"].map((name) => state.at(name)).find((one) => one.given);
  if (known) return given && { place: given.at(known.argument), kind: known.kind };
  return arnParts(resource)?.service === "lambda"
    ? { place: state.at("Resource"), kind: "function" }
    : undefined;
}
