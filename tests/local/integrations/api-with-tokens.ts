import { provision } from "../../../local/services";
import { directory } from "../../support/emulator";
import type { World } from "./world";

export interface Tokens {
  issuer: string;
  audience: string[];
  /** Required by every route that requires a token. */
  scope?: string;
  /** Origins whose pages may call from a browser. @default those of the program */
  origins?: string[];
  /** Leaves out routes of the program. @default none */
  without?: string[];
  /** The claim that names the tenant, for a reader of its own. @default the program's reader */
  tenantClaim?: string;
}

const gateway = "aws:apigatewayv2";
const logical = "api-to-devices-api";
let opened = 0;

/** Opens the program's reader to callers with a token: a second API, with the authoriser that the component creates. Returns the URL. */
export async function openTokenApi(world: World, tokens: Tokens): Promise<string> {
  const create = (type: string, name: string, plain: Record<string, unknown>) =>
    provision(
      { type, name, plain } as never,
      {
        clients: world.platform.clients,
        directory,
        services: { iotCore: world.platform.iotCore, firehoseTap: world.platform.firehoseTap },
        notHonoured: () => undefined,
      } as never,
    );
  const name = `tokens-${(opened += 1)}`;
  const { plain } = world.resource(`${gateway}/api:Api`, logical);
  const api = await create(`${gateway}/api:Api`, name, {
    ...plain,
    name: `${String(plain.name)}-${name}`,
    ...(tokens.origins && {
      corsConfiguration: { ...(plain.corsConfiguration as object), allowOrigins: tokens.origins },
    }),
  });
  const apiId = api.id;
  const { apiEndpoint, executionArn } = api.state as Record<string, string>;
  const reader = world.resource("aws:lambda/function:Function", "api-to-devices-reader").plain;
  const { variables } = reader.environment as { variables: Record<string, string> };
  const own =
    tokens.tenantClaim === undefined
      ? undefined
      : await create("aws:lambda/function:Function", name, {
          ...reader,
          name: `${String(reader.name)}-${name}`,
          environment: { variables: { ...variables, TENANT_CLAIM: tokens.tenantClaim } },
        });
  const integration = await create(`${gateway}/integration:Integration`, name, {
    ...world.resource(`${gateway}/integration:Integration`, `${logical}-integration`).plain,
    ...(own && { integrationUri: own.state.arn }),
    apiId,
  });
  await create("aws:lambda/permission:Permission", `${name}-invocable`, {
    ...world.resource("aws:lambda/permission:Permission", `${logical}-invocable`).plain,
    ...(own && { function: own.state.name }),
    sourceArn: `${executionArn}/*/*`,
  });
  const authorizer = await create(`${gateway}/authorizer:Authorizer`, name, {
    apiId,
    name: "tokens",
    authorizerType: "JWT",
    identitySources: ["$request.header.Authorization"],
    jwtConfiguration: { issuer: tokens.issuer, audiences: tokens.audience },
  });
  const routes = world.deployment.resources.filter(
    ({ type, name }) => type === `${gateway}/route:Route` && name.startsWith(logical),
  );
  const { without = [] } = tokens;
  for (const { plain: route } of routes.filter(
    ({ plain: { routeKey } }) => !without.includes(String(routeKey)),
  ))
    await create(`${gateway}/route:Route`, String(route.routeKey), {
      apiId,
      routeKey: route.routeKey,
      target: `integrations/${integration.id}`,
      // A route that is open stays open.
      ...(route.authorizationType === "NONE"
        ? { authorizationType: "NONE" }
        : {
            authorizationType: "JWT",
            authorizerId: authorizer.id,
            authorizationScopes: tokens.scope && [tokens.scope],
          }),
    });
  await create(`${gateway}/stage:Stage`, name, {
    ...world.resource(`${gateway}/stage:Stage`, `${logical}-stage`).plain,
    apiId,
  });
  return apiEndpoint ?? "";
}
