import { problem } from "../shared/problem";

/** The refusal of a request whose certificate names no device. */
export const noDevice = () =>
  problem(403, "The subject of the certificate has no device id as its common name.", {
    reason: "no-device",
  });

/**
 * The device that a certificate's subject names, by its common name: `CN=pump-7,O=Acme` in the form of RFC 2253. Undefined for a subject
 * without exactly one common name, or whose name is no device id.
 * @see https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/viewer-mtls-headers.html
 */
export function deviceOfSubject(subject: string | undefined): string | undefined {
  // A comma behind a backslash, and what stands in quotation marks, belong to a value.
  const parts = (subject ?? "").match(/(?:[^,+;\\"]|\\.|"(?:[^"\\]|\\.)*")+/g) ?? [];
  const names = parts.flatMap((part) => /^\s*CN\s*=\s*(.*?)\s*$/i.exec(part)?.slice(1) ?? []);
  const [name] = names;
  if (name === undefined || names.length > 1) return undefined;
  return /^[A-Za-z0-9:_-]{1,128}$/.test(name) ? name : undefined;
}
