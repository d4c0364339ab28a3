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

const functionByName = new Map(Object.entries(functions));

/** Returns all calls to services in the SQL of a rule, and in the substitution templates of its actions. */
export const sqlCalls = ({ inputs }: Resource): SqlCall[] => [
  ...callsOf(inputs),
  ...templateCallsOf(inputs),
];

const callsOf = once((inputs: Place): SqlCall[] => {
  const sql = inputs.at("sql").text();
  return sql === undefined ? [] : callsIn(sql, "sql");
});

/**
 * Calls in substitution templates, such as that for the credentials of a Kafka cluster. Several templates usually read one secret, and
 * the first one represents them.
 * @see https://docs.aws.amazon.com/iot/latest/developerguide/iot-substitution-templates.html
 */
const templateCallsOf = once((inputs: Place): SqlCall[] => {
  const places = inputs
    .members()
    .filter(({ path }) => path !== "sql")
    .flatMap((input) => input.leaves());
  const calls = new Map<string, SqlCall>();
  for (const place of places) {
    const text = place.peek();
    for (const [expression] of text?.matchAll(/(?<=\$\{)[^}]*(?=\})/g) ?? [])
      for (const call of callsIn(`SELECT ${expression} AS value FROM 'topic'`, place.path)) {
        const key = [call.place, call.role].map((one) => one?.peek()).join();
        if (!calls.has(key)) calls.set(key, call);
      }
  }
  return [...calls.values()];
});

function callsIn(sql: string, path: string): SqlCall[] {
  // Most statements and templates call no service.
  if (!/(lambda|get_|predict)/i.test(sql)) return [];
  const parsed = parse(sql);
  if (!parsed.ok) return [];
  return nodesIn(parsed.statement).flatMap(({ name, args }): SqlCall[] => {
    const called = functionByName.get(name.toLowerCase());
    if (!called) return [];
    const { target, kind, role, uses } = called;
    const given = args.map(literal);
    return [
      {
        place: written(given[target], path),
        kind,
        ...(role !== undefined && { role: written(given.at(role), path) }),
        // The arguments before the role.
        ...(uses && { uses: (where) => uses(given.slice(0, role), regionalIn(where)) }),
      },
    ];
  });
}

const regionalIn =
  ({ partition, region, account }: Whereabouts) =>
  (service: string, resource: string): string =>
    `arn:${partition}:${service}:${region}:${account}:${resource}`;

/** A string of the statement as a place, with the path of the statement. */
const written = (text: string | undefined, path: string): Place =>
  Place.of({ [path]: text ?? "(computed)" }, () => undefined).at(path);

interface Call {
  name: string;
  args: readonly { value?: unknown }[];
}

/** Returns all calls in a statement, at any depth. */
function nodesIn(node: unknown): Call[] {
  if (typeof node !== "object" || node === null) return [];
  const inside = Object.values(node).flatMap(nodesIn);
  return isCall(node) ? [node, ...inside] : inside;
}

const isCall = (node: object): node is Call => "kind" in node && node.kind === "call";

const literal = ({ value }: { value?: unknown }): string | undefined =>
  typeof value === "string" ? value : undefined;
