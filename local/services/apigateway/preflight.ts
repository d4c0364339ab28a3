import {
  ApiGatewayV2Client,
  DeleteCorsConfigurationCommand,
  GetApiCommand,
  GetRoutesCommand,
  type Route,
} from "@aws-sdk/client-apigatewayv2";
import type { Clients } from "../../aws/clients";

/**
 * Lets preflight requests reach the answer that AWS gives them. The emulator answers each from the CORS configuration, before it looks
 * for a route; on AWS the route comes first, and its authorizer refuses them. Where AWS refuses them, this removes the configuration, so
 * that the emulator refuses them as well. Returns whether preflight requests are answered.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html
 */
export async function settlePreflight(clients: Clients, apiId: string): Promise<boolean> {
  const gateway = clients.get(ApiGatewayV2Client);
  const { CorsConfiguration } = await gateway.send(new GetApiCommand({ ApiId: apiId }));
  const { Items = [] } = await gateway.send(new GetRoutesCommand({ ApiId: apiId }));
  if (!CorsConfiguration || !refusesPreflight(Items)) return CorsConfiguration !== undefined;
  await gateway.send(new DeleteCorsConfigurationCommand({ ApiId: apiId }));
  return false;
}

/**
 * Returns whether a route with authorization takes preflight requests: one for the method OPTIONS or ANY, or $default. The greedy route
 * for OPTIONS comes before a greedy one for ANY and before $default.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
function refusesPreflight(routes: Route[]): boolean {
  const isOpen = ({ AuthorizationType }: Route): boolean =>
    (AuthorizationType ?? "NONE") === "NONE";
  const greedy = "OPTIONS /{proxy+}";
  const hasOpenGreedy = routes.some((route) => route.RouteKey === greedy && isOpen(route));
  return routes.some((route) => {
    const { RouteKey = "" } = route;
    if (isOpen(route)) return false;
    if (RouteKey === "$default" || RouteKey === "ANY /{proxy+}") return !hasOpenGreedy;
    return /^(OPTIONS|ANY) /.test(RouteKey);
  });
}
