import * as assert from "node:assert/strict";
import { IotLogging } from "../../../components";
import { account, deploy, region, statements, type Made } from "../../support/deploy";
import { allow, arns } from "../support";
import { dependenciesOf } from "./dependencies";

describe("IotLogging", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() => new IotLogging("account-iot-logging"));
  });

  it("logs errors only, as its own role", () =>
    assert.deepEqual(made.only("aws:iot/loggingOptions:LoggingOptions"), {
      defaultLogLevel: "ERROR",
      roleArn: arns.role("account-iot-logging-role"),
    }));

  it("does not own the log group of the account, so a second stack does not fail to create it", () =>
    assert.equal(made.all("aws:cloudwatch/logGroup:LogGroup").size, 0));

  it("lets AWS IoT create and write its own log group, and nothing else", () => {
    const group = `arn:aws:logs:${region}:${account}:log-group:AWSIotLogsV2`;
    assert.deepEqual(statements(made.only("aws:iam/rolePolicy:RolePolicy").policy), [
      allow("CreateLogGroup", "logs:CreateLogGroup", [group, `${group}:*`]),
      allow(
        "WriteLogs",
        ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        `${group}:log-stream:*`,
      ),
    ]);
  });

  it("leaves everything on AWS when the stack is destroyed, so that AWS IoT keeps a role that it can use", () =>
    assert.deepEqual(
      made.resources
        .filter(({ type, retained }) => type.startsWith("aws:") && !retained)
        .map(({ name }) => name),
      [],
    ));

  it("waits for its permissions", () =>
    assert.deepEqual(dependenciesOf(made, "aws:iot/loggingOptions:LoggingOptions"), [
      "account-iot-logging-role-permissions",
    ]));
});
