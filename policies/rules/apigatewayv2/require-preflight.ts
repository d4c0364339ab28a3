import { wellArchitected } from "../../frameworks";
import type { StackRule } from "../../rule";
import type { Resource } from "../../stack/resource";

/** A preflight request carries neither token nor signature, so an authorizer refuses it, and the browser does not send the request itself. */
export const requirePreflight: StackRule = {
  name: "apigatewayv2-api-require-preflight",
  displayName: "APIs for browsers answer preflight requests",
  description:
    "No route of an HTTP API with a CORS configuration requires authorization for preflight requests.",
  area: "validation",
  severity: "medium",
  recommended: {
    level: "mandatory",
    because: "No browser can call such an API, although its CORS configuration says so.",
  },
  framework: wellArchitected.looseCoupling,
  remediationSteps:
    "Add the route `OPTIONS /{proxy+}` without authorization, which API Gateway prefers to $default, and let its integration answer with status 204. Replace routes for ANY method by routes for the methods that are used.",
  url: "https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-cors.html",
  checkStack(stack, report) {
    const routes = stack.of("aws:apigatewayv2/route:Route");
    for (const api of stack.of("aws:apigatewayv2/api:Api")) {
      if (!api.inputs.at("corsConfiguration").given) continue;
      const own = routes.filter((route) => route.sourcesOf("apiId").includes(api));
      for (const route of refusing(own))
        report(
          api,
          `Has a CORS configuration, but route ${route.inputs.at("routeKey").text()} requires authorization for preflight requests: add the route OPTIONS /{proxy+} without authorization.`,
        );
    }
  },
};

/**
 * The routes that take preflight requests and refuse them. A route without a path variable comes before a greedy one, and a greedy one
 * before $default.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html
 */
function refusing(routes: Resource[]): Resource[] {
  const isOpen = ({ inputs }: Resource): boolean =>
    (inputs.at("authorizationType").text() ?? "NONE") === "NONE";
  const hasOpenGreedy = routes.some(
    (route) => route.inputs.at("routeKey").text() === "OPTIONS /{proxy+}" && isOpen(route),
  );
  return routes.filter((route) => {
    const key = route.inputs.at("routeKey").text();
    if (isOpen(route)) return false;
    if (key === "$default" || key === "ANY /{proxy+}") return !hasOpenGreedy;
    return ["OPTIONS", "ANY"].some((method) => key?.startsWith(`${method} `));
  });
}
