import { createHash } from "node:crypto";
import { toText } from "../json";
import { converting, type FunctionTable, type SqlFunction } from "./function";
import { md2 } from "./md2";

// Every hash is of a String's UTF-8 bytes, and is hexadecimal in lower case.
function hash(algorithm: string): SqlFunction {
  return converting<[string]>("String", [toText], (text) =>
    createHash(algorithm).update(text).digest("hex"),
  );
}

/** Hashing functions (page `iot-sql-functions`). */
export const HASH_FUNCTIONS: FunctionTable = {
  md2: converting<[string]>("String", [toText], (text) => md2(Buffer.from(text)).toString("hex")),
  md5: hash("md5"),
  sha1: hash("sha1"),
  sha224: hash("sha224"),
  sha256: hash("sha256"),
  sha384: hash("sha384"),
  sha512: hash("sha512"),
};
