import { createHash } from "node:crypto";

/**
 * What the publisher keeps of the header's secret: enough to recognise it, and nothing from which a reader of the function's environment
 * could make it, since it has 32 characters or more.
 */
export const originDigest = (secret: string): string =>
  createHash("sha256").update(secret).digest("base64url");
