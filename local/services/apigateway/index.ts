import {
  ApiGatewayV2Client,
  CreateApiCommand,
  CreateAuthorizerCommand,
  CreateIntegrationCommand,
  CreateRouteCommand,
  CreateStageCommand,
  type AuthorizationType,
  type AuthorizerType,
  type IntegrationType,
  type ProtocolType,
} from "@aws-sdk/client-apigatewayv2";
import type * as aws from "@pulumi/aws";
import { inputsOf, type Provisioner, type Provisioners } from "../provisioner";
import { settlePreflight } from "./preflight";

const api: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.apigatewayv2.ApiArgs>(resource);
  const { corsConfiguration: cors } = inputs;
  const { ApiId = "" } = await clients.get(ApiGatewayV2Client).send(
    new CreateApiCommand({
      Name: inputs.name,
      Description: inputs.description,
      ProtocolType: inputs.protocolType as ProtocolType,
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
      // On AWS each API has a host name of its own; here it is a path of the emulator. As on AWS, the URL of the stage $default has no stage.
      apiEndpoint: `${endpoint}/_aws/execute-api/${ApiId}`,
      executionArn: `arn:aws:execute-api:${region}:${accountId}:${ApiId}`,
      arn: `arn:aws:apigateway:${region}::/apis/${ApiId}`,
    },
  };
};

const integration: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.apigatewayv2.IntegrationArgs>(resource);
  const { IntegrationId = "" } = await clients.get(ApiGatewayV2Client).send(
    new CreateIntegrationCommand({
      ApiId: inputs.apiId,
      IntegrationType: inputs.integrationType as IntegrationType,
      IntegrationUri: inputs.integrationUri,
      PayloadFormatVersion: inputs.payloadFormatVersion,
    }),
  );
  return { id: IntegrationId, state: resource.plain };
};

const authorizer: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.apigatewayv2.AuthorizerArgs>(resource);
  const { AuthorizerId = "" } = await clients.get(ApiGatewayV2Client).send(
    new CreateAuthorizerCommand({
      ApiId: inputs.apiId,
      Name: inputs.name,
      AuthorizerType: inputs.authorizerType as AuthorizerType,
      IdentitySource: inputs.identitySources,
      JwtConfiguration: {
        Issuer: inputs.jwtConfiguration?.issuer,
        Audience: inputs.jwtConfiguration?.audiences,
      },
    }),
  );
  return { id: AuthorizerId, state: resource.plain };
};

const route: Provisioner = async (resource, { clients }) => {
  const inputs = inputsOf<aws.apigatewayv2.RouteArgs>(resource);
  const { RouteId = "" } = await clients.get(ApiGatewayV2Client).send(
    new CreateRouteCommand({
      ApiId: inputs.apiId,
      RouteKey: inputs.routeKey,
      Target: inputs.target,
      AuthorizationType: inputs.authorizationType as AuthorizationType | undefined,
      AuthorizerId: inputs.authorizerId,
      AuthorizationScopes: inputs.authorizationScopes,
    }),
  );
  return { id: RouteId, state: resource.plain };
};

const stage: Provisioner = async (resource, { clients, notHonoured }) => {
  const inputs = inputsOf<aws.apigatewayv2.StageArgs, "name">(resource, "name");
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
      RouteSettings: Object.fromEntries(
        (inputs.routeSettings ?? []).map((route) => [
          route.routeKey,
          {
            ThrottlingRateLimit: route.throttlingRateLimit,
            ThrottlingBurstLimit: route.throttlingBurstLimit,
          },
        ]),
      ),
    }),
  );
  // A stage comes after all routes of its API.
  if (await settlePreflight(clients, inputs.apiId))
    notHonoured(
      "The emulator answers preflight requests of browsers itself, as API Gateway does; it does not invoke the function for them.",
    );
  notHonoured(
    "APIs are neither throttled nor logged here, and count no metrics, nor do errors of their functions.",
  );
  return { id: inputs.name, state: resource.plain };
};

export const provisioners: Provisioners = {
  "aws:apigatewayv2/api:Api": api,
  "aws:apigatewayv2/authorizer:Authorizer": authorizer,
  "aws:apigatewayv2/integration:Integration": integration,
  "aws:apigatewayv2/route:Route": route,
  "aws:apigatewayv2/stage:Stage": stage,
};
