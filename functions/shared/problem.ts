/** What is wrong with one parameter. */
export interface Reason {
  in: "path" | "query";
  name: string;
  /** One sentence: what it is, what it must be. */
  detail: string;
}

const titles = {
  400: "Bad Request",
  401: "Unauthorized",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  409: "Conflict",
  413: "Content Too Large",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const;

export type ProblemStatus = keyof typeof titles;

/**
 * An error as RFC 9457 defines it, `application/problem+json`. It describes the caller's mistake, and nothing internal. `reason` is a
 * word that programs can compare.
 */
export const problem = (
  status: ProblemStatus,
  detail: string,
  {
    errors,
    reason,
    headers,
  }: { errors?: Reason[]; reason?: string; headers?: Record<string, string> } = {},
) => ({
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
    ...(reason !== undefined && { reason }),
    ...(errors && { errors }),
  }),
});
