import { createHash } from "node:crypto";

/** @see https://grafana.com/docs/grafana/latest/developers/http_api/dashboard/#identifier-id-vs-unique-identifier-uid */
const longest = 40;

/**
 * Returns the uid of a folder, a dashboard or a data source: the name of the stack and, but for the folder, the part that it is. A name
 * that is too long, or has characters that a uid may not have, is cut and followed by a hash of the whole, so that no two stacks share a uid.
 */
export function uidOf(name: string, part?: string): string {
  const suffix = part === undefined ? "" : `-${part}`;
  const legal = name.replace(/[^A-Za-z0-9_-]/g, "-");
  if (legal === name && name.length + suffix.length <= longest) return name + suffix;
  const hash = createHash("sha256").update(name).digest("hex").slice(0, 6);
  return `${legal.slice(0, longest - suffix.length - hash.length - 1)}-${hash}${suffix}`;
}
