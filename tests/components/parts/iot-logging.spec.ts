import * as assert from "node:assert/strict";
import { IotLogging } from "../../../components";
import { deploy, type Made } from "../../support/deploy";
import { arns } from "../support";
import { dependenciesOf } from "./dependencies";

describe("IotLogging", () => {
  let made: Made;
  before(async () => {
    made = await deploy(() => new IotLogging("iot-logging"));
  });

  it("logs errors only, as its own role", () =>
    assert.deepEqual(made.only("aws:iot/loggingOptions:LoggingOptions"), {
      defaultLogLevel: "ERROR",
      roleArn: arns.role("iot-logging-role"),
    }));

  it("keeps for 30 days the log group whose name AWS IoT chooses", () =>
    assert.deepEqual(made.only("aws:cloudwatch/logGroup:LogGroup"), {
      name: "AWSIotLogsV2",
      retentionInDays: 30,
    }));

  it("waits for its permissions and its log group", () =>
    assert.deepEqual(dependenciesOf(made, "aws:iot/loggingOptions:LoggingOptions"), [
      "iot-logging-logs",
      "iot-logging-role-permissions",
    ]));
});
