import type { Rule } from "../rule";
import * as list from "../rule-list";

/** Every rule of the pack, in the order of the list. */
export const rules: readonly Rule[] = Object.values(list);
