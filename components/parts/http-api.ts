import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { alarm, sumOf, type AlarmTarget } from "./alarm";
import type { LambdaConsumer } from "./lambda-consumer";
import { logGroup, logGroupName, type LogArgs } from "./log-group";
import { physicalName } from "./names";

/** Who may call the API: principals that IAM allows, holders of an issuer's tokens, or whom the function itself or a certificate admits. */
export type Authorization =
  | { type: "IAM" }
  /** Every request reaches the function, which refuses what it does not know. */
  | { type: "NONE" }
  | {
      type: "JWT";
      /** The `iss` claim of tokens: an https URL with an OpenID configuration. */
      issuer: string;
      /** A token must have at least one of these in its `aud` or `client_id` claim. */
      audience: string[];
      /** A token must have at least one of these in its `scope` or `scp` claim; empty to accept any. */
      scopes: string[];
    };

/**
 * The route of browsers' preflight requests, which carry neither token nor signature. Without it, `$default` takes them and its
 * authorizer refuses them, and no browser can call the API; it ranks before `$default`. The function must answer with status 204;
 * API Gateway adds the headers of the CORS configuration.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
const preflightRoute = "OPTIONS /{proxy+}";

/** Requests a second that an API accepts if the stack sets nothing else. */
export const defaultRequestsPerSecond = 50;

/** A name of the API's own, whose callers show a certificate. */
export interface ApiDomain {
  name: string;
  /** Of the API: an ACM certificate for the name, in the region of the API. */
  certificateArn: string;
  /** `s3://bucket/key` of the authorities, in PEM, that sign the certificates of callers. */
  callerAuthorities: string;
}

export interface HttpApiArgs<Event, Answer> extends LogArgs {
  description: string;
  /** Routes such as `GET /devices/{deviceId}`. All other requests go to the function too, which answers 404 or 405. */
  routes: string[];
  function: LambdaConsumer<Event, Answer>;
  authorization: Authorization;
  /** Origins of the web pages that may call the API from a browser. @default none */
  corsOrigins?: string[];
  /** @default none: it has the address that API Gateway gives it */
  domain?: ApiDomain;
  /** Requests a second of all callers together. @default {@link defaultRequestsPerSecond} */
  requestsPerSecond?: number;
  alarms: AlarmTarget;
}

/**
 * An HTTP API in front of a function: every route authorised but that of preflight requests, throttled and logged. API Gateway's own answers 401, 403, 413 and 429
 * have a short JSON body that an HTTP API cannot change.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api.html
 */
export class HttpApi<Event, Answer> extends pulumi.ComponentResource {
  readonly url: pulumi.Output<string>;
  readonly resource: aws.apigatewayv2.Api;
  /** What the DNS record of its own domain refers to; absent without one. */
  readonly domainTarget?: pulumi.Output<string>;

  constructor(
    name: string,
    args: HttpApiArgs<Event, Answer>,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    super("iot:parts:HttpApi", name, {}, opts);
    const parent = { parent: this };
    const { authorization, corsOrigins = [], alarms } = args;
    const { requestsPerSecond = defaultRequestsPerSecond, logRetentionDays } = args;
    const physical = physicalName("api", name);

    const logs = logGroup(
      `${name}-logs`,
      { name: logGroupName.api(physical), logRetentionDays },
      parent,
    );
    const api = new aws.apigatewayv2.Api(
      name,
      {
        name: physical,
        description: args.description,
        protocolType: "HTTP",
        // Its own address asks for no certificate.
        ...(args.domain && { disableExecuteApiEndpoint: true }),
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
      },
      { ...parent, dependsOn: args.function.resource },
    );
    const authorized = authorize(name, api, authorization, parent);
    const route = (routeKey: string, access: RouteAccess) =>
      new aws.apigatewayv2.Route(
        `${name}-${routeKey}`,
        {
          apiId: api.id,
          routeKey,
          target: pulumi.interpolate`integrations/${integration.id}`,
          ...access,
        },
        parent,
      );
    const hasBrowsers = corsOrigins.length > 0;
    const routes = [
      ...[...args.routes, "$default"].map((routeKey) => route(routeKey, authorized)),
      ...(hasBrowsers ? [route(preflightRoute, { authorizationType: "NONE" })] : []),
    ];
    const throttling = {
      throttlingRateLimit: requestsPerSecond,
      throttlingBurstLimit: 2 * requestsPerSecond,
    };
    const stage = new aws.apigatewayv2.Stage(
      `${name}-stage`,
      {
        apiId: api.id,
        name: "$default",
        autoDeploy: true,
        accessLogSettings: {
          destinationArn: logs.arn,
          format: JSON.stringify(accessLog),
        },
        defaultRouteSettings: {
          ...throttling,
          detailedMetricsEnabled: true,
        },
        // A limit of its own, so that requests without authorization use up no other route's.
        ...(hasBrowsers && { routeSettings: [{ routeKey: preflightRoute, ...throttling }] }),
      },
      { ...parent, dependsOn: [logs.resource, ...routes] },
    );
    alarm(
      `${name}-server-errors`,
      {
        alarms,
        description: `5xx of API ${physical}: callers receive server errors. Read log group ${logs.name} for the failed requests, then the log group of function ${args.function.name}.`,
        watch: sumOf("AWS/ApiGateway", { ApiId: api.id, Stage: stage.name })("5xx"),
      },
      parent,
    );
    this.resource = api;
    this.url = api.apiEndpoint;
    if (args.domain) {
      this.url = pulumi.output(`https://${args.domain.name}`);
      this.domainTarget = giveDomain(name, args.domain, { api, stage }, parent);
    }
    this.registerOutputs({ url: this.url });
  }
}

/**
 * Gives the API a name whose callers show a certificate; returns what the name's DNS record has to refer to.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-mutual-tls.html
 */
function giveDomain(
  name: string,
  { name: domainName, certificateArn, callerAuthorities }: ApiDomain,
  { api, stage }: { api: aws.apigatewayv2.Api; stage: aws.apigatewayv2.Stage },
  opts: pulumi.CustomResourceOptions,
): pulumi.Output<string> {
  const domain = new aws.apigatewayv2.DomainName(
    `${name}-domain`,
    {
      domainName,
      domainNameConfiguration: {
        certificateArn,
        endpointType: "REGIONAL",
        securityPolicy: "TLS_1_2",
      },
      mutualTlsAuthentication: { truststoreUri: callerAuthorities },
    },
    opts,
  );
  new aws.apigatewayv2.ApiMapping(
    `${name}-mapping`,
    { apiId: api.id, domainName: domain.id, stage: stage.id },
    opts,
  );
  return domain.domainNameConfiguration.targetDomainName;
}

/** Who may call a route. */
type RouteAccess = Pick<
  aws.apigatewayv2.RouteArgs,
  "authorizationType" | "authorizerId" | "authorizationScopes"
>;

function authorize(
  name: string,
  api: aws.apigatewayv2.Api,
  authorization: Authorization,
  opts: pulumi.CustomResourceOptions,
): RouteAccess {
  if (authorization.type === "IAM") return { authorizationType: "AWS_IAM" };
  if (authorization.type === "NONE") return { authorizationType: "NONE" };
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

/** One line per request, without the query string, which holds cursors. */
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
