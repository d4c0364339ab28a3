import * as assert from "node:assert/strict";
import { ApiToDevices } from "../../components/api-to-devices";
import { IotToAnalytics } from "../../components/iot-to-analytics";
import { IotToDynamodb } from "../../components/iot-to-dynamodb";
import { deploy, statements, type Made } from "../support/deploy";
import { allow, arns, integrated, telemetry, writeLogs } from "./support";

const cursorKey = "for the tests, and long enough at that";

type Authorization = ConstructorParameters<typeof ApiToDevices>[1]["authorization"];

const tokens = {
  type: "JWT" as const,
  issuer: "https://login.example.com",
  audience: ["fleet-console"],
  scopes: [],
} satisfies Authorization;

const deployApi = (
  authorization: Authorization,
  {
    withAverages = false,
    ...more
  }: {
    corsOrigins?: string[];
    requestsPerSecond?: number;
    tenantClaim?: string;
    withAverages?: boolean;
  } = {},
): Promise<Made> =>
  deploy(
    () => {
      const common = integrated();
      const stream = telemetry(common.alarms);
      const { tables } = new IotToDynamodb("iot-to-dynamodb", { ...common, telemetry: stream });
      const { alarms } = common;
      const averages = withAverages
        ? new IotToAnalytics("iot-to-analytics", { ...common, telemetry: stream }).averages
        : undefined;
      return new ApiToDevices("api-to-devices", {
        tables,
        averages,
        cursorKey,
        authorization,
        alarms,
        ...more,
      });
    },
    { keepsCallbacks: true },
  );

describe("ApiToDevices", () => {
  let made: Made;
  before(async () => {
    made = await deployApi({ type: "IAM" });
  });

  it("lets the reader get a state, query a history, list devices and log, and nothing else", () => {
    assert.deepEqual(
      statements(
        made.only("aws:iam/rolePolicy:RolePolicy", "api-to-devices-reader-role-permissions").policy,
      ),
      [
        writeLogs("api-to-devices-reader"),
        allow("ReadState", "dynamodb:GetItem", arns.table("iot-to-dynamodb-state")),
        allow("ReadHistory", "dynamodb:Query", arns.table("iot-to-dynamodb-history")),
        allow(
          "ListDevices",
          "dynamodb:Query",
          `${arns.table("iot-to-dynamodb-state")}/index/devices`,
        ),
      ],
    );
  });

  it("has three routes and a default route to the reader, all authorised by IAM", () => {
    const routes = [...made.all("aws:apigatewayv2/route:Route").values()];
    assert.deepEqual(
      routes.map(({ routeKey, authorizationType, authorizerId }) => [
        routeKey,
        authorizationType,
        authorizerId,
      ]),
      [
        "GET /devices",
        "GET /devices/{deviceId}",
        "GET /devices/{deviceId}/history",
        "$default",
      ].map((route) => [route, "AWS_IAM", undefined]),
    );
    assert.equal(made.all("aws:apigatewayv2/authorizer:Authorizer").size, 0);
    assert.equal(made.only("aws:apigatewayv2/api:Api").corsConfiguration, undefined);
  });

  it("has a route for averages, and may query their table, if the stack has them", async () => {
    const more = await deployApi({ type: "IAM" }, { withAverages: true });
    const routes = [...more.all("aws:apigatewayv2/route:Route").values()];
    assert.deepEqual(
      routes.map(({ routeKey }) => routeKey),
      [
        "GET /devices",
        "GET /devices/{deviceId}",
        "GET /devices/{deviceId}/history",
        "GET /devices/{deviceId}/averages",
        "$default",
      ],
    );
    const granted = statements(
      more.only("aws:iam/rolePolicy:RolePolicy", "api-to-devices-reader-role-permissions").policy,
    ) as object[];
    assert.deepEqual(
      granted.at(-1),
      allow("ReadAverages", "dynamodb:Query", arns.table("iot-to-analytics-averages")),
    );
    const { environment } = more.only("aws:lambda/function:Function", "api-to-devices-reader");
    const { variables } = environment as { variables: Record<string, string> };
    assert.deepEqual(
      [variables.AVERAGES_TABLE_NAME, variables.AVERAGED_FIELD],
      ["iot-integrations-test-iot-to-analytics-averages", "temperature"],
    );
  });

  it("lets this API invoke the reader, and no other", () => {
    const {
      action,
      function: name,
      principal,
      sourceArn,
      sourceAccount,
    } = made.only("aws:lambda/permission:Permission", "api-to-devices-api-invocable");
    assert.deepEqual(
      { action, name, principal, sourceAccount },
      {
        action: "lambda:InvokeFunction",
        name: "iot-integrations-test-api-to-devices-reader",
        principal: "apigateway.amazonaws.com",
        // API Gateway is not documented to send it.
        sourceAccount: undefined,
      },
    );
    assert.match(String(sourceArn), /^.+\/\*\/\*$/);
  });

  it("throttles and logs every request, without its query", () => {
    const stage = made.only("aws:apigatewayv2/stage:Stage");
    assert.deepEqual(stage.defaultRouteSettings, {
      throttlingRateLimit: 50,
      throttlingBurstLimit: 100,
      detailedMetricsEnabled: true,
    });
    assert.equal(stage.routeSettings, undefined);
    const { format } = stage.accessLogSettings as { format: string };
    assert.deepEqual(Object.keys(JSON.parse(format) as object), [
      "requestId",
      "time",
      "ip",
      "method",
      "path",
      "route",
      "status",
      "bytes",
      "milliseconds",
      "error",
      "integrationError",
      "authorizerError",
    ]);
    assert.equal(
      made.only("aws:cloudwatch/logGroup:LogGroup", "api-to-devices-api-logs").retentionInDays,
      30,
    );
  });

  it("alarms on server errors of the API and on errors and throttles of the reader", () => {
    const alarms = [...made.all("aws:cloudwatch/metricAlarm:MetricAlarm")]
      .filter(([name]) => name.startsWith("api-to-devices"))
      .map(([name, { namespace, metricName }]) => [name, namespace, metricName]);
    assert.deepEqual(alarms.sort(), [
      ["api-to-devices-api-server-errors", "AWS/ApiGateway", "5xx"],
      ["api-to-devices-reader-errors", "AWS/Lambda", "Errors"],
      ["api-to-devices-reader-throttles", "AWS/Lambda", "Throttles"],
    ]);
  });

  describe("with tokens and browsers", () => {
    let open: Made;
    before(async () => {
      open = await deployApi(
        { ...tokens, scopes: ["devices/read"] },
        { corsOrigins: ["https://console.example.com"], requestsPerSecond: 5 },
      );
    });

    interface Access {
      authorizationType: unknown;
      hasAuthorizer: boolean;
      authorizationScopes: unknown;
    }
    /** By route key. */
    const accessIn = (made: Made): Record<string, Access> => {
      const routes = [...made.all("aws:apigatewayv2/route:Route").values()];
      return Object.fromEntries(
        routes.map(({ routeKey, authorizationType, authorizerId, authorizationScopes }) => {
          const hasAuthorizer = authorizerId !== undefined;
          return [String(routeKey), { authorizationType, hasAuthorizer, authorizationScopes }];
        }),
      );
    };
    const preflight = {
      authorizationType: "NONE",
      hasAuthorizer: false,
      authorizationScopes: undefined,
    };
    const paths = [
      "GET /devices",
      "GET /devices/{deviceId}",
      "GET /devices/{deviceId}/history",
      "$default",
    ];

    it("requires a token of the issuer on every path", () => {
      assert.deepEqual(open.only("aws:apigatewayv2/authorizer:Authorizer").jwtConfiguration, {
        issuer: "https://login.example.com",
        audiences: ["fleet-console"],
      });
      const access = {
        authorizationType: "JWT",
        hasAuthorizer: true,
        authorizationScopes: ["devices/read"],
      };
      assert.deepEqual(accessIn(open), {
        ...Object.fromEntries(paths.map((path) => [path, access])),
        "OPTIONS /{proxy+}": preflight,
      });
    });

    it("lets browsers send preflight requests without a token, to the reader, with a limit of their own", () => {
      const targets = [...open.all("aws:apigatewayv2/route:Route").values()].map(
        ({ target }) => target,
      );
      assert.equal(new Set(targets).size, 1);
      assert.deepEqual(open.only("aws:apigatewayv2/stage:Stage").routeSettings, [
        { routeKey: "OPTIONS /{proxy+}", throttlingRateLimit: 5, throttlingBurstLimit: 10 },
      ]);
    });

    it("passes the tenant's claim to the reader if it is set", async () => {
      const claimIn = (made: Made) =>
        (
          made.only("aws:lambda/function:Function", "api-to-devices-reader").environment as {
            variables: Record<string, string>;
          }
        ).variables.TENANT_CLAIM;
      assert.equal(claimIn(open), undefined);
      assert.equal(
        claimIn(await deployApi(tokens, { tenantClaim: "custom:tenant" })),
        "custom:tenant",
      );
    });

    it("requires one of the scopes on every path, if any are set", async () => {
      for (const scopes of [["devices/read"], []]) {
        const access = accessIn(await deployApi({ ...tokens, scopes }, {}));
        assert.deepEqual(
          Object.entries(access).map(([path, { authorizationScopes }]) => [
            path,
            authorizationScopes,
          ]),
          paths.map((path) => [path, scopes.length > 0 ? scopes : undefined]),
        );
      }
    });

    it("lets pages of the given origin send read requests only", () => {
      assert.deepEqual(open.only("aws:apigatewayv2/api:Api").corsConfiguration, {
        allowOrigins: ["https://console.example.com"],
        allowMethods: ["GET"],
        allowHeaders: ["authorization", "if-none-match"],
        exposeHeaders: ["etag"],
        maxAge: 3600,
      });
    });
  });
});
