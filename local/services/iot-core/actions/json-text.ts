import { serviceError } from "./service-error";

/** The payload as the JSON that its service insists on; fails as that service does, which the emulator does not. */
export function jsonText(payload: Uint8Array, errorName: string): string {
  const text = Buffer.from(payload).toString("utf8");
  try {
    JSON.parse(text);
    return text;
  } catch {
    throw serviceError(errorName, "The payload is not JSON; select encode(*, 'base64') AS data.");
  }
}
