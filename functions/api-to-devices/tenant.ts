import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** What a caller may read: the devices whose ids begin with the prefix; without a prefix, all devices. */
export interface Scope {
  prefix?: string;
}

/** A tenant has no `:`, so the prefix of one tenant is never the beginning of another tenant's. */
const tenant = /^[A-Za-z0-9_-]{1,64}$/;

/** An event of a route with a JWT authorizer; API Gateway passes every claim as text. */
interface Authorized {
  authorizer?: { jwt?: { claims?: Record<string, unknown> } };
}

/**
 * Reads the scope of a caller from its token, which API Gateway has verified. With a claim, devices belong to tenant `acme` if their ids
 * begin with `acme:`. Returns undefined for a token whose claim names no valid tenant.
 * @see https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-jwt-authorizer.html
 */
export function scopeOf(event: APIGatewayProxyEventV2, claim?: string): Scope | undefined {
  if (claim === undefined) return {};
  const { authorizer } = event.requestContext as Authorized;
  const claims = authorizer?.jwt?.claims ?? {};
  const value = Object.hasOwn(claims, claim) ? claims[claim] : undefined;
  return typeof value === "string" && tenant.test(value) ? { prefix: `${value}:` } : undefined;
}
