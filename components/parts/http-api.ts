import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarm, type AlarmTarget } from "./alarm";
import type { LambdaConsumer } from "./lambda-consumer";
import { accountId, arn, physicalName } from "./names";

/** Who may call: whoever has a token of an issuer, or whoever IAM lets. */
export type Authorization =
  | { type: "IAM" }
  | {
      type: "JWT";
      /** The `iss` of tokens, an https URL with an OpenID configuration. */
      issuer: string;
      /** One of them has to be in a token's `aud` or `client_id`. */
      audience: string[];
      /** One of them has to be in a token's `scope` or `scp`; none for tokens of any. */
      scopes: string[];
    };

export interface HttpApiArgs<Event, Answer> {
  description: string;
  /** `GET /devices/{deviceId}`; whatever fits none of them goes to the function too, which answers 404 or 405. */
  routes: string[];
  function: LambdaConsumer<Event, Answer>;
  authorization: Authorization;
  /** Pages that may call from a browser, by origin. @default none */
  corsOrigins?: string[];
  /** Requests a second, over all callers. @default 50 */
  requestsPerSecond?: number;
  alarms: AlarmTarget;
  /** @default 30 */
  logRetentionDays?: number;
}

/**
 * An HTTP API in front of a function: every route authorised, throttled and logged. What the gateway refuses itself, 401, 403, 413
 * and 429, has its own short JSON; HTTP APIs cannot change it.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
 */
export class HttpApi<Event, Answer> extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;

  constructor(
    name: string,
    args: HttpApiArgs<Event, Answer>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("iot:parts:HttpApi", name, {}, opts);
    const parent = { parent: this };
    const { authorization, corsOrigins = [], requestsPerSecond = 50, alarms } = args;
    const physical = physicalName("api", name);
    const logGroupName = `/aws/vendedlogs/apis/${physical}`;

    const logs = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { name: logGroupName, retentionInDays: args.logRetentionDays ?? 30 },
      parent,
    );
    const api = new aws.apigatewayv2.Api(
      name,
      {
        name: physical,
        description: args.description,
        protocolType: "HTTP",
        ...(corsOrigins.length > 0 && {
          corsConfiguration: {
            allowOrigins: corsOrigins,
            allowMethods: ["GET"],
            allowHeaders: ["authorization", "if-none-match"],
            exposeHeaders: ["etag"],
            maxAge: 3600,
          },
        }),
      },
      parent,
    );
    const integration = new aws.apigatewayv2.Integration(
      `${name}-integration`,
      {
        apiId: api.id,
        integrationType: "AWS_PROXY",
        integrationUri: args.function.arn,
        payloadFormatVersion: "2.0",
      },
      { ...parent, dependsOn: args.function.resource },
    );
    new aws.lambda.Permission(
      `${name}-invocable`,
      {
        action: "lambda:InvokeFunction",
        function: args.function.name,
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${api.executionArn}/*/*`,
        sourceAccount: accountId(),
      },
      { ...parent, dependsOn: args.function.resource },
    );
    const authorized = authorize(name, api, authorization, parent);
    const routes = [...args.routes, "$default"].map(
      (routeKey) =>
        new aws.apigatewayv2.Route(
          `${name}-${routeKey}`,
          {
            apiId: api.id,
            routeKey,
            target: pulumi.interpolate`integrations/${integration.id}`,
            ...authorized,
          },
          parent,
        ),
    );
    const stage = new aws.apigatewayv2.Stage(
      `${name}-stage`,
      {
        apiId: api.id,
        name: "$default",
        autoDeploy: true,
        accessLogSettings: {
          destinationArn: arn.logGroup(logGroupName),
          format: JSON.stringify(accessLog),
        },
        defaultRouteSettings: {
          throttlingRateLimit: requestsPerSecond,
          throttlingBurstLimit: 2 * requestsPerSecond,
          detailedMetricsEnabled: true,
        },
      },
      { ...parent, dependsOn: [logs, ...routes] },
    );
    alarm(
      `${name}-server-errors`,
      {
        alarms,
        description: `API ${physical} answers with server errors: read its log group ${logGroupName}, then the function's.`,
        watch: {
          namespace: "AWS/ApiGateway",
          name: "5xx",
          dimensions: { ApiId: api.id, Stage: stage.name },
          statistic: "Sum",
        },
      },
      parent,
    );
    this.url = api.apiEndpoint;
    this.registerOutputs({ url: this.url });
  }
}

function authorize(
  name: string,
  api: aws.apigatewayv2.Api,
  authorization: Authorization,
  opts: pulumi.CustomResourceOptions,
): Pick<aws.apigatewayv2.RouteArgs, "authorizationType" | "authorizerId" | "authorizationScopes"> {
  if (authorization.type === "IAM") return { authorizationType: "AWS_IAM" };
  const authorizer = new aws.apigatewayv2.Authorizer(
    `${name}-authorizer`,
    {
      apiId: api.id,
      name: "tokens",
      authorizerType: "JWT",
      identitySources: ["$request.header.Authorization"],
      jwtConfiguration: { issuer: authorization.issuer, audiences: authorization.audience },
    },
    opts,
  );
  const { scopes } = authorization;
  return {
    authorizationType: "JWT",
    authorizerId: authorizer.id,
    ...(scopes.length > 0 && { authorizationScopes: scopes }),
  };
}

/** One line per request; queries are left out, since they hold cursors. */
const accessLog = {
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  ip: "$context.identity.sourceIp",
  method: "$context.httpMethod",
  path: "$context.path",
  route: "$context.routeKey",
  status: "$context.status",
  bytes: "$context.responseLength",
  milliseconds: "$context.responseLatency",
  error: "$context.error.message",
  integrationError: "$context.integrationErrorMessage",
  authorizerError: "$context.authorizer.error",
};
