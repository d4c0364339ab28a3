/** So that fields.ts beside it can be copied to reading/ as it stands. */
export type { Definition } from "../../reading/definition";
