import type { asset } from "@pulumi/pulumi";
import { unzipSync } from "fflate";
import * as assert from "node:assert/strict";
import * as fs from "node:fs";
import * as path from "node:path";
import { stems } from "../../components/catalogue";
import type { RecordedResource } from "../../local/program";
import { pack } from "../../local/services/lambda/archive";
import { alternativePrograms, wholeProgram } from "../policies/whole-program";
import { statements } from "../support/deploy";
import { directory } from "../support/emulator";

interface Statement {
  Sid: string;
  Action: string | string[];
}

/** Services whose actions are called otherwise than their client. */
const prefixes: Record<string, string> = {
  iot_data_plane: "iot",
  redshift_data: "redshift-data",
  sagemaker_runtime: "sagemaker",
  secrets_manager: "secretsmanager",
  sfn: "states",
};

/** Operations whose action is called otherwise. */
const actions: Record<string, string> = {
  "s3:HeadObject": "s3:GetObject",
  "s3:ListObjectsV2": "s3:ListBucket",
  "sqs:SendMessageBatch": "sqs:SendMessage",
};

/**
 * Actions that a service asks of the caller beside that of the call.
 * @see https://docs.aws.amazon.com/redshift/latest/mgmt/data-api-iam.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
 */
const implied: Record<string, string[]> = {
  // Of a version, and to learn that an object is absent.
  "s3:GetObject": ["s3:GetObjectVersion", "s3:ListBucket"],
  "redshift-data:ExecuteStatement": ["redshift-serverless:GetCredentials"],
};

/** Statements for what Lambda does in the role's name, and what a topic's key asks of who publishes there; no callback calls these. */
const notCalled = new Set([
  "WriteLogs",
  "CreateLogGroup",
  "ConsumeQueue",
  "ReadStream",
  "SetAsideFailures",
  "SetAsideRecords",
  "FindFailuresBucket",
  "EncryptForTopic",
  "JoinSubnets",
  "ManageInterfaces",
  "DescribeNetwork",
  "DenyNetworkToCode",
]);

/** The actions of the calls that a callback's text can make. */
function calledIn(text: string): string[] {
  const calls = [...text.matchAll(/\bclient_(\w+)_\d+\.(\w+)Command\b/g)].map(
    ([, client = "", operation = ""]) => `${prefixes[client] ?? client}:${operation}`,
  );
  return sorted(
    calls.map((call) => actions[call] ?? call).flatMap((call) => [call, ...(implied[call] ?? [])]),
  );
}

/** The actions that a role's statements allow to what runs in the function. */
const allowedBy = (some: Statement[]): string[] =>
  sorted(some.filter(({ Sid }) => !notCalled.has(Sid)).flatMap(({ Action }) => Action));

const sorted = (names: string[]): string[] => [...new Set(names)].sort();

describe("What callbacks call, and what their roles may do", function () {
  this.timeout(300_000);
  let programs: RecordedResource[][];
  before(async () => {
    programs = [await wholeProgram(), ...(await alternativePrograms())];
  });

  const functions = (): RecordedResource[] =>
    programs.flat().filter(({ type }) => type === "aws:lambda/function:Function");
  const textOf = async ({ plain }: RecordedResource): Promise<string> => {
    const files = unzipSync(await pack(plain.code as asset.AssetArchive, directory));
    return Buffer.from(files["__index.js"] ?? []).toString();
  };
  const statementsOf = (made: RecordedResource): Statement[] => {
    const [, role] = String(made.plain.role).split(":role/");
    const program = programs.find((resources) => resources.includes(made)) ?? [];
    const policies = program.filter(
      (one) => one.type === "aws:iam/rolePolicy:RolePolicy" && one.plain.role === role,
    );
    return policies.flatMap((one) => statements(one.plain.policy) as Statement[]);
  };

  it("is the same, of every function of the program", async () => {
    const called: Record<string, string[]> = {};
    const allowed: Record<string, string[]> = {};
    for (const [index, resources] of programs.entries())
      for (const one of functions().filter((made) => resources.includes(made))) {
        const name = `${one.name} ${index}`;
        called[name] = calledIn(await textOf(one));
        allowed[name] = allowedBy(statementsOf(one));
      }
    for (const added of ["iot-to-splunk-sender 1", "iot-to-datadog-log-shaper 2"])
      assert.ok(added in called, added);
    assert.ok(Object.values(called).flat().length > 0);
    assert.deepEqual(called, allowed);
  });

  it("is called only through commands, so that the source text shows every action", async () => {
    for (const one of functions()) {
      const others = (await textOf(one)).match(/\bclient_\w+_\d+\.(paginate|waitUntil)\w+/g);
      assert.deepEqual(others, null, one.name);
    }
  });

  it("has no unused statement", () => {
    const sids = new Set(functions().flatMap((one) => statementsOf(one).map(({ Sid }) => Sid)));
    assert.deepEqual(
      [...notCalled].filter((sid) => !sids.has(sid)),
      [],
    );
  });

  it("is on the pages of integrations, action by action", () => {
    const wrong = stems
      .filter((stem) => !summarised.has(stem))
      .flatMap((stem) => {
        const [page, granted] = [actionsOnPage(stem), actionsOf(programs, stem)];
        assert.ok(page.length > 0, stem);
        return [
          ...page
            .filter((action) => !granted.includes(action))
            .map((one) => `${stem}: ${one} is not granted`),
          ...granted
            .filter((action) => !page.includes(action))
            .map((one) => `${stem}: ${one} is not on the page`),
        ];
      });
    assert.deepEqual(wrong, []);
  });
});

/** Pages that name groups of actions, or those of other principals than the roles of the integration. */
const summarised = new Set<string>([
  "camera-to-rekognition",
  "iot-to-analytics",
  "iot-to-dynamodb",
  "iot-to-quicksight",
  "iot-to-redshift",
  "iot-to-sagemaker",
  "iot-to-sns",
  "iot-to-step-functions",
  "iot-to-timestream",
]);

/** The actions in the second column of the tables below "Permissions"; the first of a cell names the service of those after it. */
function actionsOnPage(stem: string): string[] {
  const text = fs.readFileSync(path.join(directory, `docs/integrations/${stem}.md`), "utf8");
  const [, section = ""] = /\n## Permissions\n([\s\S]*?)\n## /.exec(text) ?? [];
  const cells = section.split("\n").flatMap((line) => /^\|[^|]*\|([^|]*)\|/.exec(line)?.[1] ?? []);
  return sorted(
    cells.flatMap((cell) => {
      let service = "";
      return [...cell.matchAll(/`(?:([a-z0-9-]+):)?([A-Z][A-Za-z]+)`/g)].map(
        ([, given, action]) => {
          service = given ?? service;
          return `${service}:${String(action)}`;
        },
      );
    }),
  );
}

/** The actions that the roles of an integration allow, in any of the programs. */
function actionsOf(programs: readonly RecordedResource[][], stem: string): string[] {
  return sorted(
    programs.flatMap((resources) => {
      const byUrn = new Map(resources.map((made) => [made.urn, made]));
      const isOwn = (made: RecordedResource | undefined): boolean =>
        made !== undefined && (made.name === stem || isOwn(byUrn.get(made.parent)));
      return resources
        .filter((made) => made.type === "aws:iam/rolePolicy:RolePolicy" && isOwn(made))
        .flatMap((made) => statements(made.plain.policy) as Statement[])
        .flatMap(({ Action }) => Action);
    }),
  );
}
