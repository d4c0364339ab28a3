import * as pulumi from "@pulumi/pulumi";
import { createHandler, readSettings } from "../functions/api-to-devices/reader";
import type { DeviceTables } from "./iot-to-dynamodb";
import type { AlarmTarget } from "./parts/alarm";
import { HttpApi, type Authorization } from "./parts/http-api";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { allow } from "./parts/policy-document";
import { fromCaller } from "./parts/sources/from-caller";

export interface ApiToDevicesArgs {
  /** What is read. */
  tables: DeviceTables;
  /** Signs the cursors by which callers turn pages; 32 characters or more. */
  cursorKey: pulumi.Input<string>;
  authorization: Authorization;
  /** Pages that may call from a browser, by origin. @default none */
  corsOrigins?: string[];
  /** Requests a second, over all callers. @default 50 */
  requestsPerSecond?: number;
  alarms: AlarmTarget;
  /** @default 30 */
  logRetentionDays?: number;
}

/** Lets applications ask for devices: all of them, the newest reading of one, its history. It reads two tables and changes nothing. */
export class ApiToDevices extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;

  constructor(name: string, args: ApiToDevicesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:ApiToDevices", name, {}, opts);
    const parent = { parent: this };
    const { tables, alarms, logRetentionDays } = args;
    const { history, state, devicesIndexName } = tables;

    const reader = new LambdaConsumer(
      `${name}-reader`,
      {
        description: "Answers questions about devices.",
        source: fromCaller(),
        callbackFactory: () => createHandler(readSettings()),
        timeoutSeconds: 10,
        environment: {
          HISTORY_TABLE_NAME: history.resource.name,
          STATE_TABLE_NAME: state.resource.name,
          DEVICES_INDEX_NAME: devicesIndexName,
          CURSOR_KEY: pulumi.secret(args.cursorKey),
        },
        statements: [
          allow("ReadState", "dynamodb:GetItem", state.arn),
          allow("ReadHistory", "dynamodb:Query", history.arn),
          allow("ListDevices", "dynamodb:Query", state.indexArn(devicesIndexName)),
        ],
        alarms,
        logRetentionDays,
      },
      parent,
    );
    const api = new HttpApi(
      `${name}-api`,
      {
        description: "Devices, their newest readings and their histories.",
        routes: ["GET /devices", "GET /devices/{deviceId}", "GET /devices/{deviceId}/history"],
        function: reader,
        authorization: args.authorization,
        corsOrigins: args.corsOrigins,
        requestsPerSecond: args.requestsPerSecond,
        alarms,
        logRetentionDays,
      },
      parent,
    );
    this.url = api.url;
    this.registerOutputs({ url: this.url });
  }
}
