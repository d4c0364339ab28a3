import type { APIGatewayProxyStructuredResultV2 } from "aws-lambda";

/** What is wrong with one parameter. */
export interface Reason {
  in: "path" | "query";
  name: string;
  /** One sentence: what it is, what it must be. */
  detail: string;
}

const titles = {
  400: "Bad Request",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

export type ProblemStatus = keyof typeof titles;

/** An error as RFC 9457 defines it, `application/problem+json`. It describes the caller's mistake, and nothing internal. */
export const problem = (
  status: ProblemStatus,
  detail: string,
  { errors, headers }: { errors?: Reason[]; headers?: Record<string, string> } = {},
): APIGatewayProxyStructuredResultV2 => ({
  statusCode: status,
  headers: {
    "content-type": "application/problem+json",
    "cache-control": "no-store",
    ...headers,
  },
  body: JSON.stringify({
    type: "about:blank",
    title: titles[status],
    status,
    detail,
    ...(errors && { errors }),
  }),
});
