import { parse } from "../../iot-sql";
import type { Whereabouts } from "./location";
import type { Use } from "./use";
import type { Kind } from "./names";
import { once } from "./once";
import { Place } from "./place";
import type { Resource } from "./resource";

/** A function in the SQL of a topic rule that calls a service with a role that the statement names. */
export interface SqlCall {
  /** Contains the name of the called resource, if the statement includes it. */
  place: Place;
  kind?: Kind;
  /** Undefined if AWS IoT calls the service under a resource policy instead. */
  role?: Place;
  uses?: (where: Whereabouts) => Use[] | undefined;
}

/** The literal arguments of a call, by position. Other arguments are known only when a message arrives. */
type Arguments = (string | undefined)[];

interface SqlFunction {
  /** The position of the argument that names the called resource. */
  target: number;
  kind?: Kind;
  /** The position of the argument with the ARN of the role; -1 for the last argument. */
  role?: number;
  uses?: (given: Arguments, arn: (service: string, resource: string) => string) => Use[];
}

const one = (action: string, arn: string): Use => ({ action, arn });

/** @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-sql-functions.html */
const functions: Record<string, SqlFunction> = {
  aws_lambda: { target: 0, kind: "function" },
  get_dynamodb: {
    target: 0,
    role: -1,
    uses: ([table = "table"], arn) => [one("dynamodb:GetItem", arn("dynamodb", `table/${table}`))],
  },
  get_registry_data: {
    target: 0,
    role: -1,
    uses: ([api = "DescribeThing", thing = "thing"], arn) => [
      one(`iot:${api}`, arn("iot", `thing/${thing}`)),
    ],
  },
  get_secret: {
    target: 0,
    role: -1,
    uses: ([secret = "secret"], arn) =>
      ["secretsmanager:GetSecretValue", "secretsmanager:DescribeSecret"].map((action) =>
        // The suffix that Secrets Manager adds to the name is known only after the secret is created.
        one(
          action,
          secret.startsWith("arn:") ? secret : arn("secretsmanager", `secret:${secret}-AbCdEf`),
        ),
      ),
  },
  get_thing_shadow: {
    target: 0,
    role: -1,
    uses: ([thing = "thing", shadow], arn) => [
      one("iot:GetThingShadow", arn("iot", `thing/${thing}${shadow ? `/${shadow}` : ""}`)),
    ],
  },
  machinelearning_predict: {
    target: 0,
    role: 1,
    uses: ([model = "model"], arn) =>
      ["machinelearning:Predict", "machinelearning:GetMLModel"].map((action) =>
        one(action, arn("machinelearning", `mlmodel/${model}`)),
      ),
  },
};

/** Returns all calls to services in the SQL of a rule. */
export const sqlCalls = ({ inputs }: Resource): SqlCall[] => callsOf(inputs);

const callsOf = once((inputs: Place): SqlCall[] => {
  const sql = inputs.at("sql").text();
  const parsed = sql === undefined ? undefined : parse(sql);
  if (!parsed?.ok) return [];
  return callsIn(parsed.statement).flatMap(({ name, args }): SqlCall[] => {
    const called = functions[name.toLowerCase()];
    if (!called || !Object.hasOwn(functions, name.toLowerCase())) return [];
    const { target, kind, role, uses } = called;
    const given = args.map(literal);
    const values = role === -1 ? given.slice(0, -1) : given;
    return [
      {
        place: written(given[target]),
        kind,
        ...(role !== undefined && { role: written(given.at(role)) }),
        ...(uses && { uses: (where) => uses(values, regionalIn(where)) }),
      },
    ];
  });
});

const regionalIn =
  ({ partition, region, account }: Whereabouts) =>
  (service: string, resource: string): string =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;

/** A string of the statement as a place, with the path of the statement. */
const written = (text: string | undefined): Place =>
  Place.of({ sql: text ?? "(computed)" }, () => undefined).at("sql");

interface Call {
  name: string;
  args: readonly unknown[];
}

/** Returns all calls in a statement, at any depth. */
function callsIn(node: unknown): Call[] {
  if (typeof node !== "object" || node === null) return [];
  const inside = Object.values(node).flatMap(callsIn);
  return isCall(node) ? [node, ...inside] : inside;
}

const isCall = (node: object): node is Call =>
  "kind" in node && node.kind === "call" && "name" in node && "args" in node;

const literal = (node: unknown): string | undefined =>
  typeof node === "object" && node !== null && "value" in node && typeof node.value === "string"
    ? node.value
    : undefined;
