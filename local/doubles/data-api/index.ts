import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { Clients } from "../../aws/clients";
import { checkRole } from "../../aws/role-permissions";
import { listen } from "../../listen";
import { openWarehouse, type DoubleWarehouse, type Row } from "./warehouse";

export interface DataApiArgs {
  clients: Clients;
  /** The project's folder. */
  directory: string;
}

/** A workgroup of Redshift Serverless. */
export interface Workgroup {
  name: string;
  arn: string;
  tags: Record<string, string>;
  /** The name of its namespace. */
  namespace: string;
}

/** A namespace of Redshift Serverless. */
export interface Namespace {
  database: string;
  copyRoles: string[];
  /** The secret whose holder is the administrator. */
  adminSecretArn: string;
}

/** The double of the Redshift Data API. */
export interface DataApi {
  /** The endpoint of one role: the double takes its caller from the URL, and checks no signature. @default that of the account's root user */
  endpointOf(roleArn?: string): string;
  addNamespace(name: string, namespace: Namespace): void;
  add(workgroup: Workgroup): void;
  /** Runs a statement as the administrator. */
  define(workgroupName: string, sql: string): Promise<void>;
  /** Reads the tables of a workgroup, in DuckDB's SQL. */
  query(workgroupName: string, sql: string): Promise<Row[]>;
  /** The statements that callbacks have sent, oldest first. */
  statements(): readonly Pick<Statement, "id" | "sqls" | "name" | "status" | "error">[];
  /** The next answers to BatchExecuteStatement are lost after the statement has run, as in a crash. */
  loseAnswers(count: number): void;
  stop(): Promise<void>;
}

interface Statement {
  id: string;
  owner: string;
  sqls: string[];
  name: string | undefined;
  status: "STARTED" | "FINISHED" | "FAILED";
  error?: string;
  rows: Row[];
  ended: Promise<void>;
}

type Input = Record<string, unknown>;

/** An error as the service answers it. */
class Refusal extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * Speaks the wire format of the Data API for the calls of iot-to-redshift, checks the permissions of the calling role, and runs the
 * statements in DuckDB. Refuses every other call, and fails every other statement.
 * @see https://docs.aws.amazon.com/redshift-data/latest/APIReference/Welcome.html
 */
export async function startDataApi({ clients, directory }: DataApiArgs): Promise<DataApi> {
  const workgroups = new Map<
    string,
    Workgroup & { database: string; adminSecretArn: string; warehouse: DoubleWarehouse }
  >();
  const namespaces = new Map<string, Namespace>();
  const statements = new Map<string, Statement>();
  const byToken = new Map<string, string>();
  const root = `arn:aws:iam::${clients.account.accountId}:root`;
  let losing = 0;

  const workgroupOf = (name: unknown) => {
    const found = workgroups.get(String(name));
    if (!found)
      throw new Refusal(
        "ResourceNotFoundException",
        `Redshift Serverless workgroup ${String(name)} not found.`,
      );
    return found;
  };

  async function allowed(
    roleArn: string,
    action: string,
    resource: string,
    context: Record<string, string>,
  ): Promise<void> {
    if (roleArn === root) return;
    try {
      await checkRole(clients, { roleArn, action, resource, context });
    } catch (error) {
      throw new Refusal("AccessDeniedException", (error as Error).message);
    }
  }

  async function submit(
    roleArn: string,
    action: string,
    input: Input,
    sqls: string[],
  ): Promise<Statement> {
    const { arn, tags, warehouse, database, adminSecretArn } = workgroupOf(input["WorkgroupName"]);
    const context = Object.fromEntries(
      Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
    );
    await allowed(roleArn, `redshift-data:${action}`, arn, context);
    await allowed(roleArn, "redshift-serverless:GetCredentials", arn, context);
    if (input["Database"] !== database)
      throw new Refusal(
        "ValidationException",
        `Database ${String(input["Database"])} does not exist.`,
      );
    const { ClientToken } = input;
    const token = typeof ClientToken === "string" ? ClientToken : randomUUID();
    const known = statements.get(byToken.get(`${roleArn} ${token}`) ?? "");
    if (known) return known;
    const statement: Statement = {
      id: randomUUID(),
      owner: roleArn,
      sqls,
      name: input["StatementName"] as string | undefined,
      status: "STARTED",
      rows: [],
      ended: Promise.resolve(),
    };
    statements.set(statement.id, statement);
    byToken.set(`${roleArn} ${token}`, statement.id);
    const isAdmin = roleArn === root && input["SecretArn"] === adminSecretArn;
    const user = isAdmin ? undefined : `IAMR:${roleArn.split("/").pop()}`;
    statement.ended = warehouse.execute(sqls, user).then(
      (rows) => void Object.assign(statement, { status: "FINISHED", rows }),
      (error: Error) => void Object.assign(statement, { status: "FAILED", error: error.message }),
    );
    return statement;
  }

  async function own(roleArn: string, action: string, input: Input): Promise<Statement> {
    const statement = statements.get(String(input["Id"]));
    if (!statement) throw new Refusal("ResourceNotFoundException", "Query does not exist.");
    await allowed(roleArn, `redshift-data:${action}`, "*", {
      "redshift-data:statement-owner-iam-userid": statement.owner,
      "aws:userid": roleArn,
    });
    return statement;
  }

  async function answer(roleArn: string, operation: string, input: Input): Promise<Input> {
    switch (operation) {
      case "ExecuteStatement": {
        const { id } = await submit(roleArn, operation, input, [String(input["Sql"])]);
        return { Id: id, CreatedAt: Date.now() / 1000 };
      }
      case "BatchExecuteStatement": {
        const statement = await submit(roleArn, operation, input, input["Sqls"] as string[]);
        if (losing > 0) {
          losing -= 1;
          await statement.ended;
          throw new Refusal(
            "ActiveStatementsExceededException",
            "The answer is lost, as in a crash.",
          );
        }
        return { Id: statement.id, CreatedAt: Date.now() / 1000 };
      }
      case "DescribeStatement": {
        const statement = await own(roleArn, operation, input);
        if (Number(input["WaitTimeSeconds"] ?? 0) > 0) await statement.ended;
        const { id, status, error } = statement;
        return { Id: id, Status: status, ...(error !== undefined && { Error: error }) };
      }
      case "GetStatementResult": {
        const { rows } = await own(roleArn, operation, input);
        const fields = (row: Row) =>
          Object.values(row).map((value) => ({ stringValue: String(value) }));
        return { Records: rows.map(fields), TotalNumRows: rows.length };
      }
      default:
        throw new Refusal(
          "ValidationException",
          `The double of the Data API has no operation ${operation}.`,
        );
    }
  }

  const server = createServer((request, response) => {
    void respond(request, answer).then(({ status, body, code }) => {
      response
        .writeHead(status, {
          "content-type": "application/x-amz-json-1.1",
          ...(code !== undefined && { "x-amzn-errortype": code }),
        })
        .end(JSON.stringify(body));
    });
  });
  const { port, close } = await listen(server);
  return {
    endpointOf: (roleArn = root) => `http://127.0.0.1:${port}/${encodeURIComponent(roleArn)}`,
    addNamespace: (name, namespace) => void namespaces.set(name, namespace),
    add(workgroup) {
      const { name, arn: workgroupArn, namespace } = workgroup;
      const found = namespaces.get(namespace);
      if (!found) throw new Error(`The workgroup ${name} names no namespace: ${namespace}.`);
      const { database, copyRoles, adminSecretArn } = found;
      const warehouse = openWarehouse({ clients, directory, workgroupArn, copyRoles });
      workgroups.set(name, { ...workgroup, database, adminSecretArn, warehouse });
    },
    define: async (name, sql) => void (await workgroupOf(name).warehouse.execute([sql], undefined)),
    query: (name, sql) => workgroupOf(name).warehouse.query(sql),
    statements: () => [...statements.values()],
    loseAnswers: (count) => void (losing = count),
    async stop() {
      await close();
      for (const { warehouse } of workgroups.values()) warehouse.close();
    },
  };
}

async function respond(
  request: IncomingMessage,
  answer: (roleArn: string, operation: string, input: Input) => Promise<Input>,
): Promise<{ status: number; body: Input; code?: string }> {
  try {
    const [, role = ""] = (request.url ?? "").split("/");
    const target = String(request.headers["x-amz-target"] ?? "");
    const [, operation = ""] = target.split("RedshiftData.");
    const input = JSON.parse(await text(request)) as Input;
    return { status: 200, body: await answer(decodeURIComponent(role), operation, input) };
  } catch (error) {
    const code = error instanceof Refusal ? error.code : "InternalServerException";
    const { message } = error as Error;
    const body = { __type: code, message, Message: message };
    return { status: error instanceof Refusal ? 400 : 500, body, code };
  }
}
