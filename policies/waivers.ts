import type { Waiver } from "./ledger";

/** Findings that are accepted, each by itself, for a reason and for a time. The goal is none. */
export const waivers: readonly Waiver[] = [];
