import * as pulumi from "@pulumi/pulumi";
import { createHandler, readSettings } from "../functions/api-to-devices/reader";
import { iotToAnalytics, type Averages } from "./iot-to-analytics";
import { iotToDynamodb, type DeviceTables } from "./iot-to-dynamodb";
import type { AlarmTarget } from "./parts/alarm";
import { HttpApi, type Authorization } from "./parts/http-api";
import { define } from "./parts/integration";
import { LambdaConsumer } from "./parts/lambda-consumer";
import { allow } from "./parts/policy-document";
import { isHttpsOrigin, isHttpsUrl } from "./parts/settings/formats";
import { texts, wholeNumber } from "./parts/settings/json-kinds";
import { optionalText, secretText } from "./parts/settings/text-kinds";
import { fromCaller } from "./parts/sources/from-caller";

export interface ApiToDevicesArgs {
  /** The tables that the API reads. */
  tables: DeviceTables;
  /** The averages that the API reads. @default none: it does not have their route */
  averages?: Averages;
  /** Signs the cursors of pages; 32 characters or more. */
  cursorKey: pulumi.Input<string>;
  authorization: Authorization;
  /** The claim that names the tenant of a caller; requires authorization by JWT. @default none: callers read all devices */
  tenantClaim?: string;
  /** Origins whose pages may call from a browser. @default none */
  corsOrigins?: string[];
  /** Requests per second, over all callers. @default that of the setting */
  requestsPerSecond?: number;
  alarms: AlarmTarget;
  /** @default 30 */
  logRetentionDays?: number;
}

const settings = {
  tokenIssuer: optionalText({
    ...{ type: "an https URL", fits: isHttpsUrl },
    description: "Issuer of the tokens of callers. Without it, IAM authorizes callers.",
  }),
  tokenAudience: texts({
    ...{ each: "a client id", fits: (id) => id.length > 0, default: [] },
    description: "Client ids that a token may be issued for. Required with tokenIssuer.",
  }),
  tokenScopes: texts({
    ...{ each: "a scope", fits: (scope) => /^[!#-[\]-~]+$/.test(scope), default: [] },
    description: "Scopes, one of which a token must have. Without them, any token of the issuer.",
  }),
  tenantClaim: optionalText({
    ...{ type: "the name of a claim", fits: (claim) => /^[!-~]{1,256}$/.test(claim) },
    description:
      "Claim of tokens that names the tenant of a caller, who then reads only devices whose ids begin with `<tenant>:`. Without it, every caller reads every device.",
  }),
  corsOrigins: texts({
    ...{ each: "an https origin", fits: isHttpsOrigin, default: [] },
    description: "Origins whose pages may call the API from a browser.",
  }),
  requestsPerSecond: wholeNumber({
    ...{ from: 1, to: 10_000, default: 50 },
    description: "Requests per second, over all callers.",
  }),
  cursorKey: secretText({ shortest: 32, description: "Signs the cursors of pages." }),
};

/** Serves devices, their newest readings and their histories to applications. It reads two tables and changes nothing. */
export class ApiToDevices extends pulumi.ComponentResource {
  readonly outputs;

  constructor(name: string, args: ApiToDevicesArgs, opts?: pulumi.ComponentResourceOptions) {
    super("iot:integrations:ApiToDevices", name, {}, opts);
    const parent = { parent: this };
    const { tables, averages, alarms, logRetentionDays } = args;
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
          ...(averages && {
            AVERAGES_TABLE_NAME: averages.table.resource.name,
            AVERAGED_FIELD: averages.field,
          }),
          ...(args.tenantClaim !== undefined && { TENANT_CLAIM: args.tenantClaim }),
        },
        statements: [
          allow("ReadState", "dynamodb:GetItem", state.arn),
          allow("ReadHistory", "dynamodb:Query", history.arn),
          allow("ListDevices", "dynamodb:Query", state.indexArn(devicesIndexName)),
          ...(averages ? [allow("ReadAverages", "dynamodb:Query", averages.table.arn)] : []),
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
        routes: [
          "GET /devices",
          "GET /devices/{deviceId}",
          "GET /devices/{deviceId}/history",
          ...(averages ? ["GET /devices/{deviceId}/averages"] : []),
        ],
        function: reader,
        authorization: args.authorization,
        corsOrigins: args.corsOrigins,
        requestsPerSecond: args.requestsPerSecond ?? settings.requestsPerSecond.default,
        alarms,
        logRetentionDays,
      },
      parent,
    );
    this.outputs = { url: api.url };
    this.registerOutputs(this.outputs);
  }
}

export const apiToDevices = define({
  stem: "api-to-devices",
  summary: "Serves devices, their newest readings and their histories over an HTTP API.",
  settings,
  check({ tokenIssuer, tokenAudience, tokenScopes, tenantClaim }) {
    if (tokenIssuer !== undefined && tokenAudience.length === 0) {
      const wanted = "the client ids that tokens may be issued for, since tokenIssuer is set";
      return { key: "tokenAudience", wrong: "is empty", wanted };
    }
    if (tokenIssuer === undefined && tokenScopes.length > 0) {
      const wanted = "an https URL, since tokenScopes asks for tokens";
      return { key: "tokenIssuer", wrong: "is missing", wanted };
    }
    if (tokenIssuer === undefined && tenantClaim !== undefined) {
      const wanted = "an https URL, since tenantClaim is a claim of tokens";
      return { key: "tokenIssuer", wrong: "is missing", wanted };
    }
    return undefined;
  },
  needs: { dynamodb: iotToDynamodb },
  uses: { analytics: iotToAnalytics },
  create(name, { alarms, logRetentionDays }, values, { dynamodb, analytics }) {
    const { tokenIssuer: issuer, tokenAudience: audience, tokenScopes: scopes, ...others } = values;
    return new ApiToDevices(name, {
      ...others,
      tables: dynamodb.tables,
      ...(analytics && { averages: analytics.averages }),
      authorization: issuer ? { type: "JWT", issuer, audience, scopes } : { type: "IAM" },
      alarms,
      logRetentionDays,
    });
  },
});
