import * as assert from "node:assert/strict";
import { DevicePolicy, IotLogging } from "../../../components";
import { account, deploy, region, statements } from "../../support/deploy";
import { allow } from "../support";

const iot = (resource: string) => `arn:aws:iot:${region}:${account}:${resource}`;
const self = "${iot:Connection.Thing.ThingName}";

describe("DevicePolicy", () => {
  it("lets a device connect as its own thing, and publish and subscribe to its own topics only", async () => {
    const made = await deploy(() => new DevicePolicy("device", { topicPrefix: "plant/devices" }));
    const own = `topic/plant/devices/${self}`;
    assert.deepEqual(statements(made.only("aws:iot/policy:Policy").policy), [
      allow("ConnectAsOneself", "iot:Connect", iot(`client/${self}`), {
        Bool: { "iot:Connection.Thing.IsAttached": "true" },
      }),
      allow(
        "PublishOwn",
        "iot:Publish",
        ["telemetry", "alerts", "events", "logs", "images"].map((c) => iot(`${own}/${c}`)),
      ),
      allow("SubscribeToOwn", "iot:Subscribe", iot(`topicfilter/plant/devices/${self}/acks`)),
      allow("ReceiveOwn", "iot:Receive", iot(`${own}/acks`)),
    ]);
  });
});

describe("IotLogging", () => {
  it("lets AWS IoT write its own log group, for this account only", async () => {
    const made = await deploy(() => new IotLogging("iot-logging"));
    assert.deepEqual(statements(made.only("aws:iam/role:Role").assumeRolePolicy), [
      {
        Effect: "Allow",
        Principal: { Service: "iot.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: {
          StringEquals: { "aws:SourceAccount": account },
          ArnLike: { "aws:SourceArn": iot("*") },
        },
      },
    ]);
    const group = `arn:aws:logs:${region}:${account}:log-group:AWSIotLogsV2`;
    assert.deepEqual(statements(made.only("aws:iam/rolePolicy:RolePolicy").policy), [
      allow("CreateLogGroup", "logs:CreateLogGroup", [group, `${group}:*`]),
      allow(
        "WriteLogs",
        ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        `${group}:log-stream:*`,
      ),
    ]);
    assert.equal(made.only("aws:iot/loggingOptions:LoggingOptions").defaultLogLevel, "ERROR");
  });
});
