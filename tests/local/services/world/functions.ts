import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import * as path from "node:path";
import { CreateRoleCommand, IAMClient } from "@aws-sdk/client-iam";
import { AddPermissionCommand, CreateFunctionCommand, LambdaClient } from "@aws-sdk/client-lambda";
import type { Clients } from "../../../../local/aws/clients";
import { zip } from "../zip";
import { next } from "./names";
import type { Roles, Statement } from "./roles";

export interface LambdaFunction {
  name: string;
  arn: string;
  roleName: string;
  /** The events it was invoked with, in order. */
  events<E>(): E[];
  /**
   * How many of its invocations ran at a time at most, and how many did not end. Its body appends "+" to the file `seen + "-gate"` when it
   * begins and "-" when it ends.
   */
  atATime(): { most: number; unended: number };
}

export interface Functions {
  /** `body` is that of an async function of `event`; it may call `times(key)`, which counts across invocations. */
  lambda(body: string, allow?: Statement[]): Promise<LambdaFunction>;
  admitTopic(functionName: string, topicArn: string): Promise<void>;
  /** Lets a service invoke a function for one resource of its own. */
  admit(service: string, functionName: string, sourceArn: string): Promise<void>;
  /** Deletes the files in which functions record their events. */
  forget(): void;
}

export function createFunctions(clients: Clients, roles: Pick<Roles, "allow">): Functions {
  const iam = clients.get(IAMClient);
  const notes = mkdtempSync(path.resolve(__dirname, "../../../../.local/notes-"));

  const functions: Functions = {
    async lambda(body, allow = []) {
      const name = next("function");
      const seen = path.join(notes, name);
      const { Role } = await iam.send(
        new CreateRoleCommand({
          RoleName: name,
          AssumeRolePolicyDocument: JSON.stringify({
            Version: "2012-10-17",
            Statement: {
              Effect: "Allow",
              Principal: { Service: "lambda.amazonaws.com" },
              Action: "sts:AssumeRole",
            },
          }),
        }),
      );
      if (allow.length > 0) await roles.allow(name, allow);
      const { FunctionArn = "" } = await clients.get(LambdaClient).send(
        new CreateFunctionCommand({
          FunctionName: name,
          Role: Role?.Arn,
          Runtime: "nodejs24.x",
          Handler: "index.handler",
          Code: { ZipFile: zip("index.js", handlerSource(seen, body)) },
        }),
      );
      return {
        name,
        arn: FunctionArn,
        roleName: name,
        events: <E>() =>
          readFileSync(seen, { encoding: "utf8", flag: "a+" })
            .split("\n")
            .filter((line) => line !== "")
            .map((line) => JSON.parse(line) as E),
        atATime() {
          let [unended, most] = [0, 0];
          for (const step of readFileSync(`${seen}-gate`, "utf8")) {
            unended += step === "+" ? 1 : -1;
            most = Math.max(most, unended);
          }
          return { most, unended };
        },
      };
    },
    admitTopic: (functionName, topicArn) =>
      functions.admit("sns.amazonaws.com", functionName, topicArn),
    async admit(Principal, FunctionName, SourceArn) {
      await clients.get(LambdaClient).send(
        new AddPermissionCommand({
          FunctionName,
          StatementId: "service",
          Action: "lambda:InvokeFunction",
          Principal,
          SourceArn,
        }),
      );
    },
    forget: () => rmSync(notes, { recursive: true, force: true }),
  };
  return functions;
}

/** A function that notes each event in a file; module state would not do, for a failed process is replaced. */
const handlerSource = (seen: string, body: string): string => `
const fs = require("node:fs");
const seen = ${JSON.stringify(seen)};
const times = (key) => {
  fs.appendFileSync(seen + "-" + key, "x");
  return fs.statSync(seen + "-" + key).size;
};
const texts = (event) => (event.Records ?? []).map((r) => Buffer.from(r.kinesis.data, "base64").toString());
exports.handler = async (event) => {
  fs.appendFileSync(seen, JSON.stringify(event) + "\\n");
  ${body}
};`;
