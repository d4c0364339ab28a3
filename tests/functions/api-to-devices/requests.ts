import type { APIGatewayProxyEventV2 } from "aws-lambda";

interface Asked {
  /** @default GET */
  method?: string;
  /** The route that the gateway found. @default $default */
  route?: string;
  path?: string;
  deviceId?: string;
  query?: Record<string, string>;
  headers?: Record<string, string>;
  body?: string;
  /** Of the token that API Gateway has verified. @default no token */
  claims?: Record<string, unknown>;
}

/** An event of an HTTP API, payload version 2.0, as far as the reader reads it. */
export function requestOf({
  method = "GET",
  route = "$default",
  path = "/",
  deviceId,
  query,
  headers = {},
  body,
  claims,
}: Asked): APIGatewayProxyEventV2 {
  return {
    version: "2.0",
    routeKey: route,
    rawPath: path,
    rawQueryString: new URLSearchParams(query).toString(),
    headers,
    ...(query && { queryStringParameters: query }),
    ...(deviceId !== undefined && { pathParameters: { deviceId } }),
    ...(body !== undefined && { body }),
    isBase64Encoded: false,
    requestContext: {
      http: { method, path },
      requestId: "request-1",
      ...(claims && { authorizer: { jwt: { claims, scopes: null } } }),
    },
  } as unknown as APIGatewayProxyEventV2;
}

export const forDevices = (asked: Asked = {}) =>
  requestOf({ route: "GET /devices", path: "/devices", ...asked });
export const forDevice = (deviceId: string, asked: Asked = {}) =>
  requestOf({ route: "GET /devices/{deviceId}", path: `/devices/${deviceId}`, deviceId, ...asked });
export const forHistory = (deviceId: string, query?: Record<string, string>, asked: Asked = {}) =>
  requestOf({
    route: "GET /devices/{deviceId}/history",
    path: `/devices/${deviceId}/history`,
    deviceId,
    query,
    ...asked,
  });
export const forAverages = (deviceId: string, query?: Record<string, string>, asked: Asked = {}) =>
  requestOf({
    route: "GET /devices/{deviceId}/averages",
    path: `/devices/${deviceId}/averages`,
    deviceId,
    query,
    ...asked,
  });
