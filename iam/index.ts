export { parseDocument } from "./document";
export type { Conditions, PolicyDocument, Statement } from "./document";
export { evaluate } from "./evaluate";
export type { AccessRequest, Decision, Principal } from "./evaluate";
export { isNamedBy, matchesPattern } from "./pattern";
export type { Context } from "./pattern";
