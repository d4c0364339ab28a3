import { getDotPath, isValiError } from "valibot";
import type { Ports } from "../../../iot-sql";
import { actionKinds } from "./actions";
import type { ActionKind, ActionOptions, Preparation, PreparedAction } from "./actions/action";
import { prepareStatement, prepareText, type PreparedStatement } from "./prepared";

/** The inputs of aws.iot.TopicRule; each additional key is a list of actions of one kind. */
export interface TopicRuleInputs {
  name: string;
  enabled: boolean;
  sql: string;
  sqlVersion: string;
  errorAction?: Record<string, unknown>;
  description?: string;
  region?: string;
  tags?: unknown;
  [actions: string]: unknown;
}

/** One action of a rule, with its key in the inputs and its name in AWS's failures. */
export type RuleAction = PreparedAction & {
  name: string;
  failedAction: string;
};

/** A validated, compiled rule. */
export interface Rule {
  name: string;
  enabled: boolean;
  statement: PreparedStatement;
  actions: RuleAction[];
  errorAction: RuleAction | undefined;
}

export interface RuleOptions extends ActionOptions {
  /** The ports of its SQL functions. @default none: a rule that calls one is refused */
  ports?: Ports;
}

const sqlVersion = "2016-03-23";
const mostActions = 10;
const notActions = "name description enabled sql sqlVersion errorAction region tags".split(" ");

/** Validates a rule as CreateTopicRule does; throws one sentence on anything that is not implemented here. */
export function prepareRule(inputs: TopicRuleInputs, options: RuleOptions = {}): Rule {
  const { name, enabled, sql, sqlVersion: version, errorAction } = inputs;
  if (!/^[A-Za-z0-9_]{1,128}$/.test(name))
    throw new Error(`Rule name '${name}' is illegal; use letters, digits and underscores.`);
  if (version !== sqlVersion)
    throw new Error(`Rule ${name} asks for SQL version ${version}; only ${sqlVersion} runs here.`);

  const { ports = {}, ...actionOptions } = options;
  const statement = explained(`Rule ${name}: the SQL is refused`, () =>
    prepareStatement(sql, ports),
  );
  const preparation: Preparation = {
    ...actionOptions,
    template: (text) => prepareText(text, statement.parsed, ports),
  };

  const lists = entries(inputs).filter(([key]) => !notActions.includes(key));
  const actions = lists.flatMap(([list, settings]) => {
    const kind = kindOf(name, "list", list);
    return [settings].flat().map((one) => prepareAction(name, kind, one, preparation));
  });
  if (actions.length > mostActions)
    throw new Error(`Rule ${name} has ${actions.length} actions; AWS IoT takes ${mostActions}.`);
  const errorActions = entries(errorAction ?? {}).map(([single, settings]) =>
    prepareAction(name, kindOf(name, "single", single), settings, preparation),
  );
  if (errorActions.length > 1)
    throw new Error(`Rule ${name} has ${errorActions.length} error actions; AWS IoT takes one.`);
  return {
    name,
    enabled,
    statement,
    actions,
    errorAction: errorActions[0],
  };
}

/** The entries with values: Pulumi passes absent lists as undefined or empty. */
const entries = (given: Record<string, unknown>): [string, unknown][] =>
  Object.entries(given).filter(([, value]) => value !== undefined && [value].flat().length > 0);

function kindOf(rule: string, form: "list" | "single", key: string): ActionKind {
  const kind = actionKinds.find((known) => known[form] === key);
  if (kind) return kind;
  const known = actionKinds.map((one) => one[form]).join(", ");
  throw new Error(
    `Rule ${rule} has '${key}', which the local IoT Core does not run; it runs ${known}.`,
  );
}

function prepareAction(
  rule: string,
  kind: ActionKind,
  settings: unknown,
  preparation: Preparation,
): RuleAction {
  const { single: name, failedAction } = kind;
  const where = `Rule ${rule}: its ${name} action is refused`;
  return { name, failedAction, ...explained(where, () => kind.prepare(settings, preparation)) };
}

/** Prefixes a problem with its location. */
function explained<Result>(where: string, step: () => Result): Result {
  try {
    return step();
  } catch (error) {
    throw new Error(`${where}: ${detailOf(error as Error)}`);
  }
}

const detailOf = (error: Error): string =>
  isValiError(error)
    ? `${error.issues.map((issue) => `${getDotPath(issue)}: ${issue.message}`).join("; ")}.`
    : error.message;
