import { createHmac, timingSafeEqual } from "node:crypto";

/** Where a page ended: the last key that it held. */
export type Position = Record<string, string | number>;

/** Turns positions into cursors for callers, and back. */
export interface Cursors {
  /** `scope` identifies the request that the page answers. */
  seal(scope: string, position: Position): string;
  /** Undefined for a cursor that was changed, was made up, or belongs to another request. */
  open(scope: string, cursor: string): Position | undefined;
}

/** As many characters of a signature are 128 bits. */
const signatureLength = 22;

/**
 * Makes cursors that callers cannot change: the position in Base64, signed together with its scope, so that a cursor of one device
 * does not open another's pages.
 */
export function createCursors(key: string): Cursors {
  const sign = (scope: string, text: string): string =>
    createHmac("sha256", key)
      .update(`${scope}\n${text}`)
      .digest("base64url")
      .slice(0, signatureLength);
  return {
    seal(scope, position) {
      const text = Buffer.from(JSON.stringify(position)).toString("base64url");
      return `${text}.${sign(scope, text)}`;
    },
    open(scope, cursor) {
      const [text = "", signature = ""] = cursor.split(".");
      const [given, own] = [Buffer.from(signature), Buffer.from(sign(scope, text))];
      if (given.length !== own.length || !timingSafeEqual(given, own)) return undefined;
      return JSON.parse(Buffer.from(text, "base64url").toString()) as Position;
    },
  };
}
