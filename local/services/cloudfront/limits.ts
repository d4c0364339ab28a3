const MiB = 1024 * 1024;

/**
 * What CloudFront allows at the event of a function: bytes of a request's body that the function sees, and of a response that it makes.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/lambda-at-edge-function-restrictions.html#lambda-at-edge-restrictions-request-body
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-lambda-at-edge
 */
export const limits = {
  "viewer-request": { exposedBytes: 40 * 1024, responseBytes: 40 * 1024 },
  "origin-request": { exposedBytes: MiB, responseBytes: MiB },
} as const;

export type RequestEvent = keyof typeof limits;

/** Bytes of the longest URL. @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-general */
export const mostUrlBytes = 8192;

/**
 * Headers that functions neither see nor may add.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html#function-restrictions-disallowed-headers
 */
const disallowed = [
  ...["connection", "expect", "keep-alive", "proxy-authenticate", "proxy-authorization"],
  ...["proxy-connection", "trailer", "upgrade", "x-accel-buffering", "x-accel-charset"],
  ...["x-accel-limit-rate", "x-accel-redirect", "x-forwarded-proto", "x-real-ip"],
];
const disallowedBeginnings = ["x-amz-cf-", "x-amzn-", "x-cache", "x-edge-"];

export const isDisallowed = (name: string): boolean =>
  disallowed.includes(name) || disallowedBeginnings.some((beginning) => name.startsWith(beginning));

/**
 * Headers that a function at origin-request may read but not change.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/edge-function-restrictions-all.html#function-restrictions-read-only-headers
 */
export const readOnly = [
  ...["accept-encoding", "content-length", "if-modified-since", "if-none-match", "if-range"],
  ...["if-unmodified-since", "transfer-encoding", "via"],
];
