export { defaultPolicyOf, serviceContext } from "./default-policies";
export { parseDocument } from "./document";
export type { Conditions, PolicyDocument, Statement } from "./document";
export { evaluate } from "./evaluate";
export type { AccessRequest, Decision } from "./evaluate";
export { isNamedBy, matchesPattern } from "./pattern";
export type { Context } from "./pattern";
export type { Principal } from "./principal";
export { isUnevaluable, unevaluableConditions } from "./unevaluable";
