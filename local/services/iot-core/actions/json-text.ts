import { serviceError } from "./service-error";

/** The payload as JSON, for services that require it; fails with the error of the service, which the emulator does not return. */
export function jsonText(payload: Uint8Array, errorName: string): string {
  const text = Buffer.from(payload).toString("utf8");
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw serviceError(errorName, "The payload is not JSON; select encode(*, 'base64') AS data.");
  }
}
