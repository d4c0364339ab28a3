import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  type AuthorizationType,
} from "@aws-sdk/client-apigatewayv2";
import { inputsOf, type Provisioner } from "../provisioner";

interface ApiInputs {
  name: string;
  description?: string;
  protocolType: "HTTP";
  corsConfiguration?: {
    allowOrigins?: string[];
    allowMethods?: string[];
    allowHeaders?: string[];
    exposeHeaders?: string[];
    maxAge?: number;
  };
}

export const api: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<ApiInputs>(resource);
  const { corsConfiguration: cors } = inputs;
  const { ApiId = "" } = await clients.get(ApiGatewayV2Client).send(
    new CreateApiCommand({
      Name: inputs.name,
      Description: inputs.description,
      ProtocolType: inputs.protocolType,
      CorsConfiguration: cors && {
        AllowOrigins: cors.allowOrigins,
        AllowMethods: cors.allowMethods,
        AllowHeaders: cors.allowHeaders,
        ExposeHeaders: cors.exposeHeaders,
        MaxAge: cors.maxAge,
      },
    }),
  );
  const { endpoint, region, accountId } = clients.account;
  return {
    id: ApiId,
    state: {
      ...resource.plain,
      // AWS gives each API a host name of its own; here it is a path of the emulator.
      apiEndpoint: `${endpoint}/_aws/execute-api/${ApiId}/$default`,
      executionArn: `arn:aws:execute-api:${region}:${accountId}:${ApiId}`,
      arn: `arn:aws:apigateway:${region}::/apis/${ApiId}`,
    },
  };
};

interface IntegrationInputs {
  apiId: string;
  integrationType: "AWS_PROXY";
  integrationUri: string;
  payloadFormatVersion: string;
}

export const integration: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<IntegrationInputs>(resource);
  const { IntegrationId = "" } = await clients.get(ApiGatewayV2Client).send(
    new CreateIntegrationCommand({
      ApiId: inputs.apiId,
      IntegrationType: inputs.integrationType,
      IntegrationUri: inputs.integrationUri,
      PayloadFormatVersion: inputs.payloadFormatVersion,
    }),
  );
  return { id: IntegrationId, state: resource.plain };
};

interface AuthorizerInputs {
  apiId: string;
  name: string;
  authorizerType: "JWT";
  identitySources: string[];
  jwtConfiguration: { issuer: string; audiences: string[] };
}

export const authorizer: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<AuthorizerInputs>(resource);
  const { AuthorizerId = "" } = await clients.get(ApiGatewayV2Client).send(
    new CreateAuthorizerCommand({
      ApiId: inputs.apiId,
      Name: inputs.name,
      AuthorizerType: inputs.authorizerType,
      IdentitySource: inputs.identitySources,
      JwtConfiguration: {
        Issuer: inputs.jwtConfiguration.issuer,
        Audience: inputs.jwtConfiguration.audiences,
      },
    }),
  );
  return { id: AuthorizerId, state: resource.plain };
};

interface RouteInputs {
  apiId: string;
  routeKey: string;
  target: string;
  authorizationType?: AuthorizationType;
  authorizerId?: string;
  authorizationScopes?: string[];
}

export const route: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<RouteInputs>(resource);
  const { RouteId = "" } = await clients.get(ApiGatewayV2Client).send(
    new CreateRouteCommand({
      ApiId: inputs.apiId,
      RouteKey: inputs.routeKey,
      Target: inputs.target,
      AuthorizationType: inputs.authorizationType,
      AuthorizerId: inputs.authorizerId,
      AuthorizationScopes: inputs.authorizationScopes,
    }),
  );
  return { id: RouteId, state: resource.plain };
};

interface StageInputs {
  apiId: string;
  name: string;
  autoDeploy?: boolean;
  accessLogSettings?: { destinationArn: string; format: string };
  defaultRouteSettings?: {
    throttlingRateLimit?: number;
    throttlingBurstLimit?: number;
    detailedMetricsEnabled?: boolean;
  };
}

export const stage: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<StageInputs>(resource);
  const { accessLogSettings: log, defaultRouteSettings: settings } = inputs;
  await clients.get(ApiGatewayV2Client).send(
    new CreateStageCommand({
      ApiId: inputs.apiId,
      StageName: inputs.name,
      AutoDeploy: inputs.autoDeploy,
      AccessLogSettings: log && { DestinationArn: log.destinationArn, Format: log.format },
      DefaultRouteSettings: settings && {
        ThrottlingRateLimit: settings.throttlingRateLimit,
        ThrottlingBurstLimit: settings.throttlingBurstLimit,
        DetailedMetricsEnabled: settings.detailedMetricsEnabled,
      },
    }),
  );
  notHonoured(
    "APIs are neither throttled nor logged here, and count no metrics, nor do errors of their functions.",
  );
  return { id: inputs.name, state: resource.plain };
};
