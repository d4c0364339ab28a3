import type { Expression } from "../ast";
import { evaluationFailure } from "../failure";
import { readJson, toText, writeJson } from "../json";
import type { Ports } from "../ports";
import type { Evaluator, Scope } from "../scope";
import { isArray, isObject, type Json, memberOf, type Value } from "../values";
import { answered } from "./external";
import type { ArgumentProblem } from "../signature";
import { type FunctionTable, literalText, type SqlFunction } from "./function";

// The role is no variable (page `iot-sql-set`), and AWS refuses a call whose role is not there; here
// it is a literal.
function wrongRole(index: number): NonNullable<SqlFunction["problem"]> {
  return (args) => {
    const role = args.at(index);
    if (!role || literalText(role) !== undefined) return undefined;
    return { at: role, reason: "the role must be a literal ARN" };
  };
}

interface External {
  least: number;
  most: number;
  port: keyof Ports;
  mostCalls?: number;
  problem?: SqlFunction["problem"];
  /** Calls out, with the values of the arguments; Undefined if they are none to call with. */
  ask: (scope: Scope, values: readonly Value[]) => Value;
}

function external({ port, ask, ...signature }: External): SqlFunction {
  return {
    ...signature,
    gives: "any",
    port: () => port,
    prepare: (_, evaluators: readonly Evaluator[]) => (scope) =>
      ask(
        scope,
        evaluators.map((evaluate) => evaluate(scope)),
      ),
  };
}

const awsLambda = external({
  least: 2,
  most: 2,
  port: "awsLambda",
  ask: (scope, [arn, input]) => {
    const functionArn = toText(arn);
    if (functionArn === undefined || input === undefined) return undefined;
    return answered(scope, "awsLambda", { functionArn, input });
  },
});

// Page `iot-sql-functions`: over 8 KB "the rule's action may not be invoked", and here it is not.
const MOST_OF_ITEM = 8 * 1024;

const getDynamodb = external({
  least: 4,
  most: 6,
  port: "getDynamodb",
  mostCalls: 1,
  problem: (args) => {
    const [, , , extra] = args;
    if (args.length === 5 && extra) {
      return { at: extra, reason: "a sort key has a name and a value, so there are 6 arguments" };
    }
    return wrongRole(-1)(args);
  },
  ask: (scope, values) => {
    const [tableName, ...rest] = values;
    const key: [name: string, value: Json][] = [];
    for (let index = 0; index + 1 < rest.length; index += 2) {
      const [name, value] = [toText(rest[index]), rest[index + 1]];
      if (name === undefined || value === undefined) return undefined;
      key.push([name, value]);
    }
    const [table, roleArn] = [toText(tableName), toText(values.at(-1))];
    if (table === undefined || roleArn === undefined) return undefined;
    const request = { tableName: table, key: Object.fromEntries(key), roleArn };
    const item = answered(scope, "getDynamodb", request);
    if (item !== undefined && Buffer.byteLength(writeJson(item)) > MOST_OF_ITEM) {
      throw evaluationFailure("get_dynamodb found more than 8 KB.");
    }
    return item;
  },
});

const APIS = ["DescribeThing", "ListThingGroupsForThing"] as const;

const getRegistryData = external({
  least: 3,
  most: 3,
  port: "getRegistryData",
  // "Rule cannot contain more than 1 get_registry_data function calls", says AWS.
  mostCalls: 1,
  problem: (args) => {
    const [api] = args;
    if (api && !APIS.some((name) => name === literalText(api))) {
      return { at: api, reason: `the API must be one of the literals '${APIS.join("', '")}'` };
    }
    return wrongRole(-1)(args);
  },
  ask: (scope, [name, thing, role]) => {
    const api = APIS.find((known) => known === name);
    const [thingName, roleArn] = [toText(thing), toText(role)];
    if (!api || thingName === undefined || roleArn === undefined) return undefined;
    return answered(scope, "getRegistryData", { api, thingName, roleArn });
  },
});

const SECRET_TYPES = ["SecretString", "SecretBinary"];

function wrongSecret(args: readonly Expression[]): ArgumentProblem | undefined {
  const [, type] = args;
  if (type && !SECRET_TYPES.includes(literalText(type) ?? "")) {
    return {
      at: type,
      reason: `the type must be one of the literals '${SECRET_TYPES.join("', '")}'`,
    };
  }
  return wrongRole(-1)(args);
}

const getSecret = external({
  least: 3,
  most: 4,
  port: "getSecret",
  problem: wrongSecret,
  ask: (scope, values) => {
    const [secretId, type, roleArn] = [values[0], values[1], values.at(-1)].map(toText);
    if (secretId === undefined || roleArn === undefined) return undefined;
    const key = values.length === 4 ? toText(values[2]) : undefined;
    const secret = answered(scope, "getSecret", { secretId, roleArn });
    const part = memberOf(secret, type === "SecretString" ? "secretString" : "secretBinary");
    if (typeof part !== "string") throw evaluationFailure(`The secret has no ${type}.`);
    return secretPart(part, type === "SecretString", key);
  },
});

function secretPart(part: string, isText: boolean, key: string | undefined): Value {
  const document = isText ? readJson(Buffer.from(part)) : undefined;
  if (key === undefined) return isObject(document) ? document : part;
  if (!isObject(document)) throw evaluationFailure("A key was asked of a secret that has none.");
  return memberOf(document, key);
}

const getThingShadow = external({
  least: 2,
  most: 3,
  port: "getThingShadow",
  problem: wrongRole(-1),
  ask: (scope, values) => {
    const [thingName, roleArn] = [toText(values[0]), toText(values.at(-1))];
    const shadowName = values.length === 3 ? toText(values[1]) : undefined;
    if (thingName === undefined || roleArn === undefined) return undefined;
    if (values.length === 2) return answered(scope, "getThingShadow", { thingName, roleArn });
    if (shadowName === undefined) return undefined;
    return answered(scope, "getThingShadow", { thingName, shadowName, roleArn });
  },
});

// Amazon Machine Learning takes no new customers; what the function does is still documented.
const machinelearningPredict = external({
  least: 3,
  most: 3,
  port: "machinelearningPredict",
  problem: wrongRole(1),
  ask: (scope, [model, role, record]) => {
    const [modelId, roleArn] = [toText(model), toText(role)];
    if (modelId === undefined || roleArn === undefined || !isObject(record)) return undefined;
    const flat = Object.entries(record).map(([name, value]): [string, Json] => [
      name,
      isObject(value) || isArray(value) ? writeJson(value) : value,
    ]);
    const request = { modelId, roleArn, record: Object.fromEntries(flat) };
    return answered(scope, "machinelearningPredict", request);
  },
});

/** Functions that call out of the rules engine (page `iot-sql-functions`); `Ports` implements them. */
export const EXTERNAL_FUNCTIONS: FunctionTable = {
  aws_lambda: awsLambda,
  get_dynamodb: getDynamodb,
  get_registry_data: getRegistryData,
  get_secret: getSecret,
  get_thing_shadow: getThingShadow,
  machinelearning_predict: machinelearningPredict,
};
