/** Where devices post their readings. */
export const path = "/telemetry";

/** Headers of requests, in lower case. */
export const headers = {
  /** By it the API knows the distribution. */
  origin: "x-origin-secret",
  /** By it a repeated post is known. @see https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/ */
  idempotencyKey: "idempotency-key",
  /** CloudFront sets it for verified certificates. @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewer-mtls-headers.html */
  subject: "cloudfront-viewer-cert-subject",
} as const;

export const idempotencyKeyForm = "^[A-Za-z0-9_-]{1,64}$";
