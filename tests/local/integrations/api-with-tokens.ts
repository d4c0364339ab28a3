import { provision } from "../../../local/services";
import { directory } from "../../support/emulator";
import type { World } from "./world";

export interface Tokens {
  issuer: string;
  audience: string[];
  /** Asked for by every route. */
  scope?: string;
}

const gateway = "aws:apigatewayv2";
const logical = "api-to-devices-api";

/** Opens the program's reader to callers with a token: a second API, with the authoriser that the component creates. Returns the URL. */
export async function openTokenApi(world: World, tokens: Tokens): Promise<string> {
  const create = (type: string, name: string, plain: Record<string, unknown>) =>
    provision(
      { type, name, plain } as never,
      {
        clients: world.platform.clients,
        directory,
        iotDataEndpoint: world.platform.iotCore.dataEndpoint,
        hand: {} as never,
        notHonoured: () => undefined,
      } as never,
    );
  const { plain } = world.resource(`${gateway}/api:Api`, logical);
  const api = await create(`${gateway}/api:Api`, "tokens", {
    ...plain,
    name: `${String(plain.name)}-tokens`,
  });
  const apiId = api.id;
  const { apiEndpoint, executionArn } = api.state as Record<string, string>;
  const integration = await create(`${gateway}/integration:Integration`, "tokens", {
    ...world.resource(`${gateway}/integration:Integration`, `${logical}-integration`).plain,
    apiId,
  });
  await create("aws:lambda/permission:Permission", "tokens-invocable", {
    ...world.resource("aws:lambda/permission:Permission", `${logical}-invocable`).plain,
    sourceArn: `${executionArn}/*/*`,
  });
  const authorizer = await create(`${gateway}/authorizer:Authorizer`, "tokens", {
    apiId,
    name: "tokens",
    authorizerType: "JWT",
    identitySources: ["$request.header.Authorization"],
    jwtConfiguration: { issuer: tokens.issuer, audiences: tokens.audience },
  });
  const routes = world.deployment.resources.filter(({ type }) => type === `${gateway}/route:Route`);
  for (const { plain: route } of routes)
    await create(`${gateway}/route:Route`, String(route.routeKey), {
      apiId,
      routeKey: route.routeKey,
      target: `integrations/${integration.id}`,
      authorizationType: "JWT",
      authorizerId: authorizer.id,
      authorizationScopes: tokens.scope && [tokens.scope],
    });
  await create(`${gateway}/stage:Stage`, "tokens", {
    ...world.resource(`${gateway}/stage:Stage`, `${logical}-stage`).plain,
    apiId,
  });
  return apiEndpoint ?? "";
}
